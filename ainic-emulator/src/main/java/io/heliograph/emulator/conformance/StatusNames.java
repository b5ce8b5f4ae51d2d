package io.heliograph.emulator.conformance;

import java.util.List;

/** The names of completion status codes, as scenarios write them. */
final class StatusNames {
    private static final List<String> NAMES = List.of(
            "SUCCESS",
            "BAD_KEY",
            "OUT_OF_BOUNDS",
            "NO_PERMISSION",
            "BAD_MESSAGE",
            "FLUSHED",
            "PEER_GONE",
            "PEER_RESTARTED",
            "REGION_GONE",
            "UNDELIVERABLE");

    private StatusNames() {}

    /** The code of a name, or -1. */
    static int code(String name) {
        return NAMES.indexOf(name);
    }

    static String name(int code) {
        return code >= 0 && code < NAMES.size() ? NAMES.get(code) : "status " + code;
    }
}
