package io.heliograph.emulator.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The numbered rules in their own words, read from PROTOCOL.md, SECURITY.md and DEVICE.md as they were when the kit was built. */
public final class RuleBook {
    private static final List<String> DOCUMENTS = List.of("PROTOCOL.md", "SECURITY.md", "DEVICE.md");
    private static final Pattern RULE = Pattern.compile("^- \\*\\*([RD]\\d+\\.\\d+)\\*\\* (.*)$");
    private static final RuleBook SHIPPED = read();

    private final Map<String, String> rules = new LinkedHashMap<>();

    private RuleBook() {}

    /** The rules that this kit judges by. */
    public static RuleBook shipped() {
        return SHIPPED;
    }

    private static RuleBook read() {
        RuleBook book = new RuleBook();
        DOCUMENTS.forEach(document -> book.add(resource(document)));
        return book;
    }

    static String resource(String name) {
        try (InputStream in = RuleBook.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource is missing: name=" + name + "; build the module again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String document) {
        String number = "";
        for (String line : document.split("\n", -1)) {
            Matcher matcher = RULE.matcher(line);
            if (matcher.matches()) {
                number = matcher.group(1);
                rules.put(number, matcher.group(2).strip());
            } else if (line.startsWith("  ") && !number.isEmpty()) {
                rules.merge(number, line.strip(), (before, more) -> before + " " + more);
            } else {
                number = "";
            }
        }
    }

    /** Their numbers, in the order of the documents. */
    public List<String> numbers() {
        return List.copyOf(rules.keySet());
    }

    /** Whether there is such a rule. */
    public boolean contains(String number) {
        return rules.containsKey(number);
    }

    /**
     * What a rule says.
     *
     * @throws IllegalArgumentException if there is no such rule
     */
    public String text(String number) {
        String text = rules.get(number);
        if (text == null) {
            throw new IllegalArgumentException("no such rule: number=" + number);
        }
        return text;
    }

    /** The beginning of what a rule says, in at most so many characters, without emphasis. */
    public String brief(String number, int characters) {
        String plain = text(number).replace("*", "").replace("`", "");
        return plain.length() <= characters
                ? plain
                : plain.substring(0, characters - 3).stripTrailing() + "...";
    }
}
