package io.heliograph.emulator.conformance;

import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.YamlValue;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A number of a scenario that is known when it runs: sums, products and exclusive ors of numbers and names, such as {@code dut+1}, {@code key^1} or {@code 3*P}. */
final class Expression {
    private static final Pattern DURATION = Pattern.compile("(.*?)\\s*(ns|us|ms|s)");

    private interface Term {
        long value(Map<String, Long> names);
    }

    private final String text;
    private final String where;
    private final Term term;

    private Expression(String text, String where, Term term) {
        this.text = text;
        this.where = where;
        this.term = term;
    }

    static Expression of(long value) {
        return new Expression(Long.toString(value), "", names -> value);
    }

    static Expression parse(YamlValue value) {
        return parse(value.text(), value);
    }

    /** A value of a map that may be left out. */
    static @Nullable Expression optional(Map<String, YamlValue> map, String key) {
        YamlValue value = map.get(key);
        return value == null ? null : parse(value);
    }

    static Expression parse(String text, YamlValue from) {
        Parser parser = new Parser(text, from);
        Term term = parser.exclusiveOr();
        parser.end();
        return new Expression(text, from.where(), term);
    }

    /** A time, such as {@code 20ms} or {@code rto}. */
    static Expression duration(YamlValue from) {
        String text = from.text();
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || matcher.group(1).isEmpty() || Character.isLetter(lastOf(matcher.group(1)))) {
            if (Character.isDigit(text.isEmpty() ? ' ' : text.charAt(0))) {
                throw from.error("'" + text + "' is no time; it needs a unit: ns, us, ms or s");
            }
            return parse(text, from);
        }
        long unit = switch (matcher.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            default -> 1_000_000_000L;
        };
        Expression number = parse(matcher.group(1), from);
        return new Expression(text, from.where(), names -> number.term.value(names) * unit);
    }

    private static char lastOf(String text) {
        return text.charAt(text.length() - 1);
    }

    /** The value; a name that nobody gave a value is an error of the scenario. */
    long value(Map<String, Long> names) {
        try {
            return term.value(names);
        } catch (UnknownNameException e) {
            throw new InputFileException(where, "unknown name '" + e.getMessage() + "' in '" + text + "'", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private static final class UnknownNameException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownNameException(String name) {
            super(name);
        }
    }

    private static final class Parser {
        private final String text;
        private final YamlValue from;
        private int at;

        Parser(String text, YamlValue from) {
            this.text = text;
            this.from = from;
        }

        Term exclusiveOr() {
            Term left = shift();
            while (skip("^")) {
                Term first = left;
                Term second = shift();
                left = names -> first.value(names) ^ second.value(names);
            }
            return left;
        }

        private Term shift() {
            Term left = sum();
            while (skip("<<")) {
                Term first = left;
                Term second = sum();
                left = names -> first.value(names) << second.value(names);
            }
            return left;
        }

        private Term sum() {
            Term left = product();
            while (true) {
                Term first = left;
                if (skip("+")) {
                    Term second = product();
                    left = names -> first.value(names) + second.value(names);
                } else if (skip("-")) {
                    Term second = product();
                    left = names -> first.value(names) - second.value(names);
                } else {
                    return left;
                }
            }
        }

        private Term product() {
            Term left = factor();
            while (true) {
                Term first = left;
                if (skip("*")) {
                    Term second = factor();
                    left = names -> first.value(names) * second.value(names);
                } else if (skip("/")) {
                    Term second = factor();
                    left = names -> first.value(names) / second.value(names);
                } else if (skip("%")) {
                    Term second = factor();
                    left = names -> first.value(names) % second.value(names);
                } else {
                    return left;
                }
            }
        }

        private Term factor() {
            if (skip("-")) {
                Term negated = factor();
                return names -> -negated.value(names);
            }
            if (skip("(")) {
                Term inner = exclusiveOr();
                if (!skip(")")) {
                    throw from.error("a ) is missing in '" + text + "'");
                }
                return inner;
            }
            skip("");
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            String word = text.substring(start, at);
            if (word.isEmpty()) {
                throw from.error("'" + text + "' is no number");
            }
            if (!Character.isDigit(word.charAt(0))) {
                return names -> {
                    Long value = names.get(word);
                    if (value == null) {
                        throw new UnknownNameException(word);
                    }
                    return value;
                };
            }
            long number = number(word.replace("_", ""));
            return names -> number;
        }

        private long number(String digits) {
            try {
                return digits.startsWith("0x")
                        ? Long.parseUnsignedLong(digits.substring(2), 16)
                        : Long.parseLong(digits);
            } catch (NumberFormatException e) {
                throw from.error("'" + digits + "' is no number");
            }
        }

        private boolean skip(String symbol) {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (!symbol.isEmpty() && text.startsWith(symbol, at)) {
                at += symbol.length();
                return true;
            }
            return false;
        }

        void end() {
            skip("");
            if (at < text.length()) {
                throw from.error("'" + text.substring(at) + "' in '" + text + "' makes no sense");
            }
        }
    }
}
