package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Judges whether the packets of a message agree about it: their number, one immediate, no part of it twice under different PSNs (R5.1, R8.4, R9.1). */
final class MessageJudge {
    private record Key(IpAddress from, IpAddress to, long incarnation, long queue, long msn) {}

    private static final class Message {
        final long packets;
        final Map<TracedFlow.Key, Set<Long>> psns = new HashMap<>();
        final Map<Long, String> addresses = new HashMap<>();
        long count;
        boolean hasImmediate;

        Message(long packets) {
            this.packets = packets;
        }
    }

    private final Map<Key, Message> messages = new HashMap<>();
    private final Consumer<String> looked;

    /** A judge that says which rules it looks at. */
    MessageJudge(Consumer<String> looked) {
        this.looked = looked;
    }

    /** A packet of data that was not seen before. */
    void add(TracedFlow.Key flow, long psn, WirePacket packet, int number) {
        Key key = new Key(
                flow.from(), flow.to(), flow.incarnation(), packet.get(PacketField.QUEUE), packet.get(PacketField.MSN));
        Message message = messages.computeIfAbsent(key, any -> new Message(packet.get(PacketField.OF)));
        looked.accept("R8.4");
        if (message.packets != packet.get(PacketField.OF)) {
            throw new BrokenRuleException(
                    "R8.4",
                    number,
                    "N is " + packet.get(PacketField.OF) + " and was " + message.packets
                            + " in another packet of the message: " + packet);
        }
        if (message.psns.computeIfAbsent(flow, any -> new TreeSet<>()).add(psn)) {
            message.count += packet.isVoid() ? packet.get(PacketField.KEY) : 1;
        }
        looked.accept("R9.1");
        if (!packet.isVoid()) {
            String place = flow.engine() + "/" + psn;
            String other = message.addresses.putIfAbsent(packet.get(PacketField.ADDRESS), place);
            if (other != null && packet.get(PacketField.LENGTH) > 0) {
                throw new BrokenRuleException(
                        "R9.1",
                        number,
                        "the same part of a message was sent under another PSN, " + other + ": " + packet);
            }
        }
        if (message.count > message.packets) {
            throw new BrokenRuleException(
                    "R8.4",
                    number,
                    "a message of N = " + message.packets + " packets has " + message.count + " PSNs: " + packet);
        }
        looked.accept("R5.1");
        if (packet.has(PacketField.IMM)) {
            if (message.hasImmediate) {
                throw new BrokenRuleException(
                        "R5.1", number, "a second packet of the message has an immediate: " + packet);
            }
            message.hasImmediate = true;
        }
    }
}
