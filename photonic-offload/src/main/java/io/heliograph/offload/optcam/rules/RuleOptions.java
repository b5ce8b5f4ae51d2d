package io.heliograph.offload.optcam.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a rule's parentheses.
 *
 * @param message for people; may be empty
 * @param sid Snort's number of the rule; 0 if it has none
 * @param revision of the rule; 0 if it has none
 * @param priority lower ones win; rules of the same win in the order of the file
 * @param contents of the payload, all of which must be there
 * @param flags of TCP, or null
 * @param icmpType 0 to 255, or -1
 * @param dscp that matching frames are marked with, 0 to 63, or -1
 */
public record RuleOptions(
        String message,
        int sid,
        int revision,
        int priority,
        List<PayloadContent> contents,
        @Nullable TcpFlags flags,
        int icmpType,
        int dscp) {

    /** The priority of rules that give none: Snort's medium. */
    public static final int DEFAULT_PRIORITY = 2;

    /** None. */
    public static final RuleOptions NONE = new RuleOptions("", 0, 0, DEFAULT_PRIORITY, List.of(), null, -1, -1);

    /** Copies the list. */
    public RuleOptions {
        contents = List.copyOf(contents);
    }

    /** As rules write them, without parentheses. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("msg:\"");
        for (int k = 0; k < message.length(); k++) {
            char character = message.charAt(k);
            text.append("\"\\;".indexOf(character) < 0 ? "" : "\\").append(character);
        }
        text.append("\"; ");
        contents.forEach(content -> text.append(content).append(' '));
        append(text, "flags", flags);
        append(text, "itype", icmpType < 0 ? null : icmpType);
        append(text, "dscp", dscp < 0 ? null : dscp);
        append(text, "priority", priority);
        append(text, "sid", sid);
        append(text, "rev", revision);
        return text.toString().stripTrailing();
    }

    private static void append(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(name).append(':').append(value).append("; ");
        }
    }
}
