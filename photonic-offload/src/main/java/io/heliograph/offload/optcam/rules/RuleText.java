package io.heliograph.offload.optcam.rules;

import java.util.function.Supplier;

/** One line of a rule file, read from left to right; it knows where it is, and says so of what is wrong. */
final class RuleText {

    private final String file;
    private final int line;
    private final String text;
    private int at;

    RuleText(String file, int line, String text) {
        this.file = file;
        this.line = line;
        this.text = text;
    }

    /** Where the next character is. */
    int position() {
        return at;
    }

    boolean isAtEnd() {
        return at == text.length();
    }

    void skipBlanks() {
        while (!isAtEnd() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    boolean skip(char character) {
        boolean there = !isAtEnd() && text.charAt(at) == character;
        at += there ? 1 : 0;
        return there;
    }

    /** Up to a blank outside of brackets, or a parenthesis. */
    String word(String what) {
        skipBlanks();
        int start = at;
        int depth = 0;
        while (!isAtEnd()) {
            char next = text.charAt(at);
            if (next == '(' || depth == 0 && Character.isWhitespace(next)) {
                break;
            }
            depth += next == '[' ? 1 : next == ']' ? -1 : 0;
            at++;
        }
        if (start == at) {
            throw wrong(start, what + " is missing");
        }
        return text.substring(start, at);
    }

    /** Up to one of these, outside of quotes; blanks around it are left away. */
    String until(String ends) {
        skipBlanks();
        int start = at;
        boolean quoted = false;
        while (!isAtEnd() && (quoted || ends.indexOf(text.charAt(at)) < 0)) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            } else if (text.charAt(at) == '"') {
                quoted = !quoted;
            }
            at++;
        }
        if (quoted) {
            throw wrong(start, "the quotation marks are not closed");
        }
        return text.substring(start, at).strip();
    }

    /** What a reader gives; what it refuses is wrong at a position. */
    <T> T at(int position, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw wrong(position, String.valueOf(e.getMessage()));
        }
    }

    RuleSyntaxException wrong(int position, String message) {
        return new RuleSyntaxException(file, line, position + 1, message);
    }
}
