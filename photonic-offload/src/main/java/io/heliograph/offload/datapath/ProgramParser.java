package io.heliograph.offload.datapath;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the text form of a program, by recursive descent; {@link ProgramText} has the grammar. */
final class ProgramParser {

    private static final String SINGLES = "{};:";
    private static final int MOST_STAGES = 256;

    /** A word, and the line it is in. */
    private record Token(String text, int line) {}

    private final String file;
    private final List<Token> tokens = new ArrayList<>();
    private int next;
    private int lastLine = 1;

    ProgramParser(String file, String text) {
        this.file = file;
        int line = 0;
        for (String each : text.split("\n", -1)) {
            line++;
            int comment = each.indexOf('#');
            split(comment < 0 ? each : each.substring(0, comment), line);
        }
    }

    private void split(String text, int line) {
        StringBuilder word = new StringBuilder();
        for (int k = 0; k <= text.length(); k++) {
            char c = k < text.length() ? text.charAt(k) : ' ';
            boolean single = SINGLES.indexOf(c) >= 0;
            if (!single && !Character.isWhitespace(c)) {
                word.append(c);
                continue;
            }
            if (!word.isEmpty()) {
                tokens.add(new Token(word.toString(), line));
                word.setLength(0);
            }
            if (single) {
                tokens.add(new Token(String.valueOf(c), line));
            }
        }
    }

    DatapathProgram parse() {
        expect("datapath");
        String name = name("a datapath");
        expect("{");
        int lanes = 0;
        int wavelengths = 1;
        List<Integer> inputs = new ArrayList<>();
        List<Integer> outputs = new ArrayList<>();
        List<Integer> windows = new ArrayList<>();
        List<StageSpec> stages = new ArrayList<>();
        while (!accept("}")) {
            Token word = take();
            switch (word.text()) {
                case "lanes" -> lanes = number(1);
                case "wavelengths" -> wavelengths = number(1);
                case "layer" -> {
                    inputs.add(number(1));
                    expect("->");
                    outputs.add(number(1));
                    windows.add(accept("pool") ? number(1) : 1);
                }
                case "stage" -> {
                    stages.add(stage(word.line()));
                    if (stages.size() > MOST_STAGES) {
                        throw refused(word.line(), "too many stages: most=" + MOST_STAGES);
                    }
                }
                default ->
                    throw refused(word.line(), "expected lanes, wavelengths, layer, stage or }, found: " + word.text());
            }
        }
        if (next < tokens.size()) {
            throw refused(
                    tokens.get(next).line(),
                    "text behind the end of the datapath: " + tokens.get(next).text());
        }
        return new DatapathProgram(name, lanes, wavelengths, inputs, outputs, windows, stages);
    }

    private StageSpec stage(int line) {
        String name = name("a stage");
        expect(":");
        StageKind kind = kind();
        expect("{");
        List<StageInput> inputs = new ArrayList<>();
        Map<String, List<Integer>> settings = new LinkedHashMap<>();
        Map<String, Token> counts = new LinkedHashMap<>();
        Map<String, List<Token>> targets = new LinkedHashMap<>();
        Map<String, List<Token>> actions = new LinkedHashMap<>();
        while (!accept("}")) {
            Token word = take();
            switch (word.text()) {
                case "in" -> inputs.add(input(word.line()));
                case "set" -> {
                    Token setting = take();
                    if (settings.put(setting.text(), numbers()) != null) {
                        throw refused(setting.line(), "set twice: " + setting.text());
                    }
                }
                case "counts" ->
                    entries((count, line1) -> {
                        expect("on");
                        put(counts, count, take(), line1);
                    });
                case "targets" -> entries((count, line1) -> put(targets, count, words(), line1));
                case "actions" -> entries((count, line1) -> put(actions, count, words(), line1));
                default ->
                    throw refused(
                            word.line(), "expected in, set, counts, targets, actions or }, found: " + word.text());
            }
        }
        return new StageSpec(name, kind, inputs, settings, rules(counts, targets, actions), line);
    }

    private StageKind kind() {
        Token word = take();
        for (StageKind kind : StageKind.values()) {
            if (kind.text().equals(word.text())) {
                return kind;
            }
        }
        throw refused(word.line(), "no such kind of stage: " + word.text());
    }

    private StageInput input(int line) {
        String port = name("a port");
        expect("<-");
        String source = take().text();
        int dot = source.indexOf('.');
        int delay = 0;
        if (next < tokens.size() && tokens.get(next).text().startsWith("+")) {
            Token token = take();
            delay = parse(new Token(token.text().substring(1), token.line()), 0);
        }
        return dot < 0
                ? new StageInput(port, source, StageInput.FIRST, delay, line)
                : new StageInput(port, source.substring(0, dot), source.substring(dot + 1), delay, line);
    }

    /** What one entry of a block is taken for. */
    private interface Entry {
        void take(String count, int line);
    }

    private void entries(Entry entry) {
        expect("{");
        while (!accept("}")) {
            Token count = take();
            entry.take(count.text(), count.line());
            if (!accept(";") && !isNext("}")) {
                throw refused(
                        lastLine,
                        "expected ; or }, found: "
                                + (next < tokens.size() ? tokens.get(next).text() : "the end"));
            }
        }
    }

    private <T> void put(Map<String, T> block, String count, T value, int line) {
        if (block.put(count, value) != null) {
            throw refused(line, "twice in one block: " + count);
        }
    }

    private List<CountRule> rules(
            Map<String, Token> counts, Map<String, List<Token>> targets, Map<String, List<Token>> actions) {
        List<CountRule> rules = new ArrayList<>();
        counts.forEach((count, event) -> {
            List<Token> target = targets.remove(count);
            List<Token> action = actions.remove(count);
            if (target == null || action == null) {
                throw refused(event.line(), "count without " + (target == null ? "target" : "action") + ": " + count);
            }
            List<Integer> values = new ArrayList<>();
            for (Token value : target) {
                values.add(parse(value, 0));
            }
            List<String> names = new ArrayList<>();
            for (Token each : action) {
                names.add(each.text());
            }
            rules.add(new CountRule(count, event.text(), values, names, event.line()));
        });
        orphan(targets, "target");
        orphan(actions, "action");
        return rules;
    }

    private void orphan(Map<String, List<Token>> block, String what) {
        block.forEach((count, words) -> {
            throw refused(words.isEmpty() ? 0 : words.getFirst().line(), what + " without count: " + count);
        });
    }

    private List<Token> words() {
        List<Token> words = new ArrayList<>();
        while (!isNext(";") && !isNext("}")) {
            words.add(take());
        }
        if (words.isEmpty()) {
            throw refused(lastLine, "expected a value or an action");
        }
        return words;
    }

    /** As many as there are. */
    private List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        do {
            numbers.add(number(0));
        } while (next < tokens.size()
                && Character.isDigit(tokens.get(next).text().charAt(0)));
        return numbers;
    }

    private int number(int least) {
        return parse(take(), least);
    }

    private int parse(Token token, int least) {
        try {
            int value = Integer.parseInt(token.text());
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(token.line(), "expected a number, found: " + token.text());
        }
        throw refused(token.line(), "number is below " + least + ": " + token.text());
    }

    private String name(String of) {
        Token token = take();
        if (!token.text().matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw refused(token.line(), "not the name of " + of + ": " + token.text());
        }
        return token.text();
    }

    private void expect(String text) {
        Token token = take();
        if (!token.text().equals(text)) {
            throw refused(token.line(), "expected " + text + ", found: " + token.text());
        }
    }

    private boolean accept(String text) {
        if (isNext(text)) {
            take();
            return true;
        }
        return false;
    }

    private boolean isNext(String text) {
        return next < tokens.size() && Objects.equals(tokens.get(next).text(), text);
    }

    private Token take() {
        if (next == tokens.size()) {
            throw refused(lastLine, "the text ends too early");
        }
        Token token = tokens.get(next++);
        lastLine = token.line();
        return token;
    }

    private ProgramException refused(int line, String message) {
        return new ProgramException(file, line, message);
    }
}
