package io.heliograph.benchmarks.cli;

import java.util.Locale;

/** What moves the bytes of a measurement. */
enum EndpointKind {
    /** The packet protocol, over a port. */
    PACKET,
    /** Direct placement into memory that the other process shares. */
    DIRECT,
    /** The RDMA device itself, through its reliable connections. */
    VERBS;

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is none
     */
    static EndpointKind parse(String text) {
        return switch (text) {
            case "packet" -> PACKET;
            case "direct" -> DIRECT;
            case "verbs" -> VERBS;
            default -> throw new IllegalArgumentException("not an endpoint: give packet, direct or verbs");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
