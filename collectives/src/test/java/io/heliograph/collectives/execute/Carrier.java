package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** What carries the ranks of a test. */
enum Carrier {
    /** Direct placement in shared memory. */
    SHARED_MEMORY,
    /** The same, where every chunk is read at its source. */
    LENT,
    /** The packet protocol over a switch of memory ports. */
    PACKETS,
    /** The same, where packets are lost, doubled and overtake each other. */
    LOSSY_PACKETS;

    Group open(int ranks, CommunicatorConfig config) {
        return switch (this) {
            case SHARED_MEMORY -> Group.overSharedMemory(ranks, config);
            case LENT -> Group.overSharedMemory(ranks, lent(config));
            case PACKETS -> Group.overPackets(ranks, config, "");
            case LOSSY_PACKETS -> Group.overPackets(ranks, config, "loss=0.01,dup=0.01,reorder=0.05");
        };
    }

    /** The same, but that chunks of any length are lent. */
    static CommunicatorConfig lent(CommunicatorConfig config) {
        return config.withTuning(config.tuning().withLeastLentBytes(1));
    }
}
