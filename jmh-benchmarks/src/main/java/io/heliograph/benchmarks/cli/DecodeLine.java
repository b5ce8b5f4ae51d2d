package io.heliograph.benchmarks.cli;

import java.util.Map;
import java.util.Set;

/** A decoded frame as one line for people: number, kind, from whom to whom, then the transport's fields as name=value. */
final class DecodeLine {

    /** What the line shows otherwise, or not at all. */
    private static final Set<String> ELSEWHERE = Set.of(
            "frame",
            "kind",
            "error",
            "icrcValid",
            "timestampNs",
            "sourceMac",
            "destinationMac",
            "ipVersion",
            "sourceAddress",
            "destinationAddress",
            "typeOfService",
            "timeToLive",
            "identification",
            "flowLabel",
            "sourcePort",
            "destinationPort",
            "opcode");

    private DecodeLine() {}

    static String of(Map<String, Object> fields) {
        StringBuilder line =
                new StringBuilder("%6s  %-12s".formatted(fields.get("frame"), fields.getOrDefault("kind", "-")));
        if (fields.containsKey("sourceAddress")) {
            line.append("  %s > %s entropy=%s"
                    .formatted(
                            fields.get("sourceAddress"), fields.get("destinationAddress"), fields.get("sourcePort")));
        }
        fields.forEach((name, value) -> {
            // Flags that are not set would only hide those that are.
            if (!ELSEWHERE.contains(name) && !Boolean.FALSE.equals(value)) {
                line.append(' ').append(name);
                if (!Boolean.TRUE.equals(value)) {
                    line.append('=').append(value);
                }
            }
        });
        if (Boolean.FALSE.equals(fields.get("icrcValid"))) {
            line.append("  WRONG ICRC");
        }
        if (fields.containsKey("error")) {
            line.append("  error: ").append(fields.get("error"));
        }
        return line.toString();
    }
}
