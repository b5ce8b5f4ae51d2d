package io.heliograph.emulator.device;

import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.RethLayout;

/** Where the fields of a frame are that the device itself wrote: no options, no tags, nothing to doubt. */
final class Headers {
    private static final int IPV4_AND_UDP = 28;
    private static final int IPV6_AND_UDP = 48;

    private Headers() {}

    /** Address of the BTH, 0 if the frame has none. */
    static long bth(long data) {
        return switch (EthernetLayout.type(data)) {
            case EthernetLayout.TYPE_IPV4 -> data + EthernetLayout.LENGTH + IPV4_AND_UDP;
            case EthernetLayout.TYPE_IPV6 -> data + EthernetLayout.LENGTH + IPV6_AND_UDP;
            default -> 0;
        };
    }

    /** Payload bytes of a data packet. */
    static int payloadBytes(long bth) {
        return RethLayout.dmaLength(bth);
    }
}
