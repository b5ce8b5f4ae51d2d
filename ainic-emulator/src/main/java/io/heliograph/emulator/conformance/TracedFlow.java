package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import java.util.HashMap;
import java.util.Map;

/** What a bystander knows of one flow: the packets that it saw, by PSN, and how far they were acknowledged. PSNs are unwrapped: they do not begin anew after 2^24. */
final class TracedFlow {
    static final long PSNS = 1L << 24;
    private static final long NEVER_NS = Long.MIN_VALUE / 2;

    /** Which flow. */
    record Key(IpAddress from, IpAddress to, long incarnation, long engine) {
        /** The flow of a packet of data. */
        static Key of(WirePacket data) {
            return new Key(data.source(), data.destination(), data.get(PacketField.SRC), data.get(PacketField.ENGINE));
        }

        /** The flow that a SACK or NACK answers. */
        static Key answeredBy(WirePacket control) {
            return new Key(
                    control.destination(),
                    control.source(),
                    control.get(PacketField.DST),
                    control.get(PacketField.TO_ENGINE));
        }
    }

    /** A packet of a flow, by all of its transmissions. */
    static final class Sent {
        WirePacket last;
        long order;
        boolean refused;
        long waitUntilNs = NEVER_NS;
        boolean acknowledged;
        long acknowledgedNs;

        Sent(WirePacket packet, long order) {
            last = packet;
            this.order = order;
        }

        /** Takes note of another transmission. */
        void again(WirePacket packet, long newOrder) {
            last = last.isVoid() && !packet.isVoid() ? last : packet;
            order = newOrder;
            refused = false;
            waitUntilNs = NEVER_NS;
        }
    }

    final Map<Long, Sent> packets = new HashMap<>();
    final boolean fromItsStart;
    final long lowest;
    long highest = -1;
    /** The first PSN that no SACK was seen to acknowledge with all before it. */
    long cumulative;
    /** The greatest cumulative PSN that its receiver told of. */
    long told;
    /** The latest transmission that was acknowledged. */
    long newestAcknowledged = -1;

    /** A flow of which this PSN was seen first. */
    TracedFlow(long first) {
        lowest = first;
        fromItsStart = first == 0;
        cumulative = first;
    }

    /** The PSN nearest to the highest one seen that a packet's may stand for. */
    long unwrap(long psn) {
        return highest < 0 ? psn : highest + PacketField.PSN.distance(psn, highest % PSNS);
    }

    /** Whether every packet was seen so far: then what is acknowledged must have been seen. */
    boolean isComplete() {
        return packets.size() == highest - lowest + 1;
    }
}
