package io.heliograph.emulator.conformance;

import java.util.Locale;

/** The kinds of packets, each looked at in the order in which they come. */
enum WireKind {
    DATA,
    SACK,
    NACK,
    PROBE,
    ANSWER,
    PAUSE;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
