package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.AinicLayout;
import org.jspecify.annotations.Nullable;

/** What holds for every single packet, whatever happened before. */
final class PacketChecks {
    private static final int LEAST_ENTROPY = Tunables.ENTROPY_BASE;
    private static final int KNOWN_FLAGS = AinicLayout.FENCED | AinicLayout.VOID | AinicLayout.RETRANSMITTED;

    private final @Nullable IpAddress sender;

    /** Checks for the packets of one node, or of any. */
    PacketChecks(@Nullable IpAddress sender) {
        this.sender = sender;
    }

    void check(WirePacket packet, int number) {
        if (sender != null && !packet.source().equals(sender)) {
            broken("R2.2", number, "the packet's source address is not the device's: " + packet);
        }
        if (packet.get(PacketField.ENTROPY) < LEAST_ENTROPY) {
            broken("R11.1", number, "the entropy is outside 0xC000 to 0xFFFF: " + packet);
        }
        if (packet.get(PacketField.SRC) == 0) {
            broken("R1.2", number, "the source incarnation is 0: " + packet);
        }
        if (packet.kind() == WireKind.DATA) {
            checkData(packet, number);
        } else {
            checkControl(packet, number);
        }
    }

    private static void checkData(WirePacket packet, int number) {
        if ((packet.getInt(PacketField.FLAGS) & ~KNOWN_FLAGS) != 0 || packet.get(PacketField.OF) == 0) {
            broken("R2.2", number, "reserved flags or N = 0: " + packet);
        }
        if (packet.isVoid() && (packet.has(PacketField.IMM) || packet.get(PacketField.LENGTH) != 0)) {
            broken("R8.3", number, "a VOID packet with payload or immediate: " + packet);
        }
    }

    private static void checkControl(WirePacket packet, int number) {
        if (packet.get(PacketField.CLASS) != Tunables.CONTROL_TRAFFIC_CLASS) {
            broken("R12.6", number, "a control packet that is not of class 6: " + packet);
        }
        if (packet.get(PacketField.DST) == 0) {
            broken("R1.7", number, "a control packet with destination incarnation 0: " + packet);
        }
        if (packet.kind() != WireKind.SACK) {
            return;
        }
        int offset = (short) packet.get(PacketField.OFFSET);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            boolean isSet = (packet.get(PacketField.BITS) >>> bit & 1) == 1;
            int distance = offset + bit;
            if (distance == 0 && isSet) {
                broken(
                        "R6.5",
                        number,
                        "the bitmap says that the cumulative PSN, the first one missing, is received: " + packet);
            }
            if (distance < 0 && !isSet) {
                broken("R6.5", number, "the bitmap says that a PSN before the cumulative one is missing: " + packet);
            }
        }
    }

    private static void broken(String rule, int number, String what) {
        throw new BrokenRuleException(rule, number, what);
    }
}
