package io.heliograph.offload.optcam.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what stands between a rule's parentheses: options with a semicolon each. */
final class OptionReader {

    private static final int MOST_NUMBER = Integer.MAX_VALUE;
    private static final int HEX = 16;

    private final RuleText text;
    private final List<PayloadContent> contents = new ArrayList<>();
    private String message = "";
    private int sid;
    private int revision;
    private int priority = RuleOptions.DEFAULT_PRIORITY;
    private @Nullable TcpFlags flags;
    private int icmpType = -1;
    private int dscp = -1;
    /** A content whose modifiers may still come. */
    private @Nullable Pending pending;

    private static final class Pending {
        private final int position;
        private final String bytes;
        private int offset = -1;
        private int depth = -1;
        private boolean ignoresCase;
        private boolean startsPayload;

        Pending(int position, String bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    OptionReader(RuleText text) {
        this.text = text;
    }

    RuleOptions read() {
        text.skipBlanks();
        while (!text.skip(')')) {
            int position = text.position();
            String name = text.until(":;)");
            String value = text.skip(':') ? text.until(";") : null;
            if (!text.skip(';')) {
                throw text.wrong(text.position(), "a semicolon is missing behind " + name);
            }
            text.at(position, () -> {
                take(position, name, value);
                return name;
            });
            text.skipBlanks();
        }
        finishContent();
        return new RuleOptions(message, sid, revision, priority, contents, flags, icmpType, dscp);
    }

    private void take(int position, String name, @Nullable String value) {
        switch (name) {
            case "msg" -> message = unescape(quoted(name, value));
            case "sid" -> sid = number(name, value, 0, MOST_NUMBER);
            case "rev" -> revision = number(name, value, 0, MOST_NUMBER);
            case "priority" -> priority = number(name, value, 1, MOST_NUMBER);
            case "itype" -> icmpType = number(name, value, 0, 255);
            case "dscp" -> dscp = number(name, value, 0, 63);
            case "flags" -> flags = TcpFlags.parse(needed(name, value));
            case "content" -> {
                finishContent();
                pending = new Pending(position, contentBytes(quoted(name, value)));
            }
            case "offset" -> modified(name).offset = number(name, value, 0, MOST_NUMBER);
            case "depth" -> modified(name).depth = number(name, value, 1, MOST_NUMBER);
            case "nocase" -> {
                unvalued(name, value);
                modified(name).ignoresCase = true;
            }
            case "startswith" -> {
                unvalued(name, value);
                modified(name).startsPayload = true;
            }
            case "reference", "metadata", "classtype", "gid" -> needed(name, value);
            default -> throw new IllegalArgumentException("no option of this subset: " + name);
        }
    }

    private Pending modified(String name) {
        if (pending == null) {
            throw new IllegalArgumentException(name + " belongs behind a content");
        }
        return pending;
    }

    private void finishContent() {
        Pending done = pending;
        if (done == null) {
            return;
        }
        int offset = Math.max(0, done.offset);
        boolean fixed = done.startsPayload ? done.offset < 0 && done.depth < 0 : done.depth == done.bytes.length();
        if (!fixed) {
            throw text.wrong(
                    done.position,
                    "content has no fixed place: give offset, and a depth of its " + done.bytes.length()
                            + " bytes, or startswith alone");
        }
        contents.add(text.at(done.position, () -> new PayloadContent(done.bytes, offset, done.ignoresCase)));
        pending = null;
    }

    /** Characters and, between bars, bytes in hexadecimal. */
    private static String contentBytes(String value) {
        StringBuilder bytes = new StringBuilder();
        String[] parts = value.split("\\|", -1);
        if (parts.length % 2 == 0) {
            throw new IllegalArgumentException("a bar is not closed: " + value);
        }
        for (int k = 0; k < parts.length; k++) {
            if (k % 2 == 0) {
                bytes.append(unescape(parts[k]));
                continue;
            }
            for (String hex : parts[k].strip().split(" +", -1)) {
                if (!hex.matches("[0-9A-Fa-f]{2}")) {
                    throw new IllegalArgumentException("no byte of two hexadecimal digits: " + hex);
                }
                bytes.append((char) Integer.parseInt(hex, HEX));
            }
        }
        for (int k = 0; k < bytes.length(); k++) {
            if (bytes.charAt(k) > 0xFF) {
                throw new IllegalArgumentException("no byte: " + bytes.charAt(k) + "; write it between bars");
            }
        }
        return bytes.toString();
    }

    private static String unescape(String value) {
        return value.replaceAll("\\\\(.)", "$1");
    }

    private static String quoted(String name, @Nullable String value) {
        String given = needed(name, value);
        if (given.startsWith("!")) {
            throw new IllegalArgumentException(name + " that is not there is not in this subset");
        }
        if (given.length() < 2 || !given.startsWith("\"") || !given.endsWith("\"")) {
            throw new IllegalArgumentException(name + " wants quotation marks: " + given);
        }
        return given.substring(1, given.length() - 1);
    }

    private static String needed(String name, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + " wants a value");
        }
        return value;
    }

    private static void unvalued(String name, @Nullable String value) {
        if (value != null) {
            throw new IllegalArgumentException(name + " takes no value: " + value);
        }
    }

    /** A decimal number within bounds. */
    static int number(String name, @Nullable String value, int least, int most) {
        String given = needed(name, value);
        try {
            int number = Integer.parseInt(given);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(name + " is no number from " + least + " to " + most + ": " + given);
    }
}
