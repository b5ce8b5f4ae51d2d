package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.RuleTable;
import io.heliograph.offload.optcam.TableEntry;
import io.heliograph.offload.optcam.TernaryPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rules of a file, in its order; a frame is of the first rule that matches it, by priority, then by place in the file.
 *
 * <p>A file has a rule a line; empty lines and lines that begin with {@code #} do not count.
 *
 * @param rules whose index is the result of their entries
 */
public record RuleSet(List<Rule> rules) {

    /** Copies the list. */
    public RuleSet {
        rules = List.copyOf(rules);
    }

    /**
     * Reads a file.
     *
     * @throws RuleSyntaxException naming line and column of what is wrong or not in the subset
     * @throws IOException if it cannot be read
     */
    public static RuleSet read(Path file) throws IOException {
        return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    }

    /**
     * Parses the text of a file.
     *
     * @param file what errors call it
     * @throws RuleSyntaxException naming line and column of what is wrong or not in the subset
     */
    public static RuleSet parse(String file, String text) {
        List<Rule> rules = new ArrayList<>();
        int line = 0;
        for (String each : text.lines().toList()) {
            line++;
            if (!each.isBlank() && !each.stripLeading().startsWith("#")) {
                rules.add(RuleParser.parse(file, line, each));
            }
        }
        return new RuleSet(rules);
    }

    /**
     * The entries of all rules, in the order in which they win.
     *
     * @throws IllegalStateException if they are more than a table can have
     */
    public List<TableEntry> entries() {
        List<Integer> order = IntStream.range(0, rules.size())
                .boxed()
                .sorted(Comparator.comparingInt(
                        (Integer rule) -> rules.get(rule).options().priority()))
                .toList();
        List<TableEntry> entries = new ArrayList<>();
        for (int rule : order) {
            for (TernaryPattern pattern : rules.get(rule).patterns()) {
                if (entries.size() == RuleTable.MOST_ENTRIES) {
                    throw new IllegalStateException(
                            "the rules take more entries than a table has: most=" + RuleTable.MOST_ENTRIES);
                }
                entries.add(new TableEntry(entries.size(), pattern, rule));
            }
        }
        return entries;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        rules.forEach(rule -> text.append(rule).append('\n'));
        return text.toString();
    }
}
