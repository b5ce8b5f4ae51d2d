package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.NackReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges packets by the rules that a bystander can see: PSN arithmetic, retransmission discipline, truth of acknowledgements, exactly-once, pacing. It knows nothing but the packets, in
 * the order in which they passed one place.
 *
 * <p>At the place of a device's own port ({@code strict}) nothing is lost or late between the device and the judge; a capture of unknown origin is judged more leniently.
 */
final class TraceJudge {
    private static final long PSNS = 1L << 24;
    /** What may lie between a device's clock and the judge's. */
    static final long SLACK_NS = 2_000;
    /** How long an acknowledgement may take from a place of unknown distance to its sender. */
    private static final long FAR_NS = 10_000_000;

    private static final long NEVER_NS = Long.MIN_VALUE / 2;

    private record FlowKey(IpAddress from, IpAddress to, long incarnation, long engine) {}

    private record MessageKey(IpAddress from, IpAddress to, long incarnation, long queue, long msn) {}

    /** A packet of a flow, by all of its transmissions. */
    private static final class Sent {
        WirePacket last;
        long order;
        boolean refused;
        long waitUntilNs = NEVER_NS;
        boolean acknowledged;
        long acknowledgedNs;

        Sent(WirePacket packet) {
            last = packet;
        }
    }

    private static final class Flow {
        final Map<Long, Sent> packets = new HashMap<>();
        boolean fromItsStart;
        long lowest;
        long highest = -1;
        long cumulative;
        long told;
        long newestAcknowledged = -1;
        long windowLow;
    }

    private static final class Message {
        final long packets;
        final Map<FlowKey, TreeSet<Long>> psns = new HashMap<>();
        final Map<Long, String> addresses = new HashMap<>();
        long count;
        String immediateIn = "";

        Message(long packets) {
            this.packets = packets;
        }
    }

    /**
     * A rule that was broken.
     *
     * @param rule its number
     * @param packet number of the packet, from 1
     * @param what what is wrong
     */
    record Finding(String rule, int packet, String what) {}

    private final @Nullable IpAddress judged;
    private final boolean strict;
    private final int windowPackets;
    private final long slackNs;
    private final @Nullable PacingJudge pacing;
    private final PacketChecks checks = new PacketChecks(null);
    private final Map<FlowKey, Flow> flows = new HashMap<>();
    private final Map<MessageKey, Message> messages = new HashMap<>();
    private final Map<FlowKey, Set<Long>> trimmed = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Integer> judgedCounts = new HashMap<>();
    private long order;

    /**
     * A judge.
     *
     * @param judged whose packets are judged; null for everybody's
     * @param strict whether it stands at that node's port
     * @param windowPackets W
     * @param slackNs what may lie between the device's clock and the packets' times
     * @param pacing what rates to look at, or null
     */
    TraceJudge(
            @Nullable IpAddress judged, boolean strict, int windowPackets, long slackNs, @Nullable PacingJudge pacing) {
        this.judged = judged;
        this.strict = strict;
        this.windowPackets = windowPackets;
        this.slackNs = slackNs;
        this.pacing = pacing;
    }

    List<Finding> findings() {
        return findings;
    }

    /** How many times each rule was looked at. */
    Map<String, Integer> judgedCounts() {
        return judgedCounts;
    }

    /** A packet that was whole, or a trimmed one, passed. */
    void add(WirePacket packet, boolean isTrimmed, int number) {
        boolean isJudged = judged == null || judged.equals(packet.source());
        try {
            if (isTrimmed) {
                trimmed.computeIfAbsent(flowOf(packet), any -> new TreeSet<>()).add(packet.get(PacketField.PSN));
                return;
            }
            if (isJudged) {
                looked("R2.2");
                looked("R11.1");
                checks.check(packet, number);
            }
            switch (packet.kind()) {
                case DATA -> data(packet, number, isJudged);
                case SACK -> sack(packet, number, isJudged);
                case NACK -> nack(packet, number, isJudged);
                default -> {}
            }
        } catch (BrokenRuleException e) {
            findings.add(new Finding(e.rule(), e.packet(), e.what()));
        }
    }

    private void looked(String rule) {
        judgedCounts.merge(rule, 1, Integer::sum);
    }

    private static FlowKey flowOf(WirePacket data) {
        return new FlowKey(data.source(), data.destination(), data.get(PacketField.SRC), data.get(PacketField.ENGINE));
    }

    private static FlowKey answeredBy(WirePacket control) {
        return new FlowKey(
                control.destination(),
                control.source(),
                control.get(PacketField.DST),
                control.get(PacketField.TO_ENGINE));
    }

    private static long unwrap(Flow flow, long psn) {
        return flow.highest < 0 ? psn : flow.highest + PacketField.PSN.distance(psn, flow.highest % PSNS);
    }

    private void data(WirePacket packet, int number, boolean isJudged) {
        FlowKey key = flowOf(packet);
        Flow flow = flows.get(key);
        if (flow == null) {
            flow = new Flow();
            flow.lowest = packet.get(PacketField.PSN);
            flow.fromItsStart = flow.lowest == 0;
            flow.windowLow = flow.lowest;
            flow.cumulative = flow.lowest;
            flows.put(key, flow);
            if (isJudged && strict) {
                looked("R1.2");
                if (flow.lowest != 0) {
                    throw new BrokenRuleException(
                            "R1.2", number, "the first packet of a flow has PSN " + flow.lowest + ": " + packet);
                }
            }
        }
        long psn = unwrap(flow, packet.get(PacketField.PSN));
        Sent sent = flow.packets.get(psn);
        order++;
        if (sent == null) {
            sent = new Sent(packet);
            sent.order = order;
            flow.packets.put(psn, sent);
            long before = flow.highest;
            flow.highest = Math.max(flow.highest, psn);
            if (isJudged) {
                newPacket(key, flow, before, psn, packet, number);
            }
        } else {
            WirePacket last = sent.last;
            try {
                if (isJudged) {
                    again(flow, sent, packet, number);
                }
            } finally {
                sent.last = last.isVoid() && !packet.isVoid() ? last : packet;
                sent.order = order;
                sent.refused = false;
                sent.waitUntilNs = NEVER_NS;
            }
        }
        if (isJudged && pacing != null) {
            looked("R12.2");
            String early = pacing.add(packet);
            if (!early.isEmpty()) {
                throw new BrokenRuleException("R12.2", number, early);
            }
        }
    }

    private void newPacket(FlowKey key, Flow flow, long before, long psn, WirePacket packet, int number) {
        looked("R10.1");
        if (strict && psn != before + 1) {
            throw new BrokenRuleException(
                    "R10.1",
                    number,
                    "PSN " + psn % PSNS + " follows " + before % PSNS + ", and PSNs count one by one: " + packet);
        }
        looked("R4.3");
        long low = flow.windowLow;
        if (flow.fromItsStart && psn - low >= windowPackets) {
            throw new BrokenRuleException(
                    "R4.3",
                    number,
                    "PSN " + psn % PSNS + " is beyond the window of " + windowPackets
                            + " from the first unacknowledged one, " + low % PSNS + ", on: " + packet);
        }
        message(key, psn, packet, number);
    }

    private void message(FlowKey key, long psn, WirePacket packet, int number) {
        MessageKey name = new MessageKey(
                key.from(), key.to(), key.incarnation(), packet.get(PacketField.QUEUE), packet.get(PacketField.MSN));
        Message message = messages.computeIfAbsent(name, any -> new Message(packet.get(PacketField.OF)));
        looked("R8.4");
        if (message.packets != packet.get(PacketField.OF)) {
            throw new BrokenRuleException(
                    "R8.4",
                    number,
                    "N is " + packet.get(PacketField.OF) + " and was " + message.packets
                            + " in another packet of the message: " + packet);
        }
        if (message.psns.computeIfAbsent(key, any -> new TreeSet<>()).add(psn)) {
            message.count += packet.isVoid() ? packet.get(PacketField.KEY) : 1;
        }
        looked("R9.1");
        if (!packet.isVoid()) {
            String place = key.engine() + "/" + psn;
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
        looked("R5.1");
        if (packet.has(PacketField.IMM)) {
            if (!message.immediateIn.isEmpty()) {
                throw new BrokenRuleException(
                        "R5.1", number, "a second packet of the message has an immediate: " + packet);
            }
            message.immediateIn = Long.toString(psn);
        }
    }

    private void again(Flow flow, Sent sent, WirePacket packet, int number) {
        WirePacket last = sent.last;
        looked("R10.1");
        for (PacketField field : List.of(PacketField.QUEUE, PacketField.MSN, PacketField.OF)) {
            if (last.get(field) != packet.get(field)) {
                throw new BrokenRuleException(
                        "R10.1",
                        number,
                        "the PSN was sent before with " + field.label() + " " + last.get(field) + ": " + packet);
            }
        }
        looked("R8.3");
        if (last.isVoid() && !packet.isVoid()) {
            throw new BrokenRuleException("R8.3", number, "the PSN was VOID before, and is data now: " + packet);
        }
        if (!packet.isVoid()) {
            for (PacketField field :
                    List.of(PacketField.ADDRESS, PacketField.KEY, PacketField.LENGTH, PacketField.IMM)) {
                if (last.get(field) != packet.get(field)) {
                    throw new BrokenRuleException(
                            "R10.1", number, "the PSN was sent before with another " + field.label() + ": " + packet);
                }
            }
        }
        cause(flow, sent, packet, number);
    }

    private void cause(Flow flow, Sent sent, WirePacket packet, int number) {
        long sinceNs = packet.timeNs() - sent.last.timeNs();
        looked("R7.3");
        if (packet.timeNs() < sent.waitUntilNs - slackNs) {
            throw new BrokenRuleException(
                    "R7.3",
                    number,
                    "sent again " + (sent.waitUntilNs - packet.timeNs()) + " ns before the wait of the NACK is over: "
                            + packet);
        }
        looked("R9.1");
        if (sent.acknowledged && packet.timeNs() - sent.acknowledgedNs > (strict ? 18_000 + slackNs : FAR_NS)) {
            throw new BrokenRuleException(
                    "R9.1",
                    number,
                    "sent again " + (packet.timeNs() - sent.acknowledgedNs) + " ns after it was acknowledged: "
                            + packet);
        }
        boolean byTimer = sinceNs >= Tunables.MIN_RTO_NS - slackNs;
        boolean bySack = flow.newestAcknowledged > sent.order && sinceNs >= Tunables.MIN_REORDER_WINDOW_NS - slackNs;
        if (!sent.refused && !byTimer && !bySack && !hasTwin(flow, sent)) {
            throw new BrokenRuleException(
                    "R9.1",
                    number,
                    "sent again after " + sinceNs
                            + " ns without a cause: no NACK asked for it, nothing sent later was acknowledged,"
                            + " and the least timeout is " + Tunables.MIN_RTO_NS + " ns: " + packet);
        }
    }

    /** Whether a packet with a later PSN was acknowledged that its sender sent in the same moment: it counts as sent after (RFC 8985 section 6.2, RACK_sent_after). */
    private boolean hasTwin(Flow flow, Sent sent) {
        long psn = unwrap(flow, sent.last.get(PacketField.PSN));
        return flow.packets.entrySet().stream()
                .anyMatch(each -> each.getKey() > psn
                        && each.getValue().acknowledged
                        && each.getValue().last.timeNs() >= sent.last.timeNs() - slackNs);
    }

    private void sack(WirePacket sack, int number, boolean isJudged) {
        FlowKey key = answeredBy(sack);
        Flow flow = flows.get(key);
        if (isJudged) {
            looked("R6.2");
        }
        if (flow == null) {
            if (isJudged && strict) {
                throw new BrokenRuleException("R10.2", number, "a SACK for a flow that sent nothing: " + sack);
            }
            return;
        }
        long cumulative = unwrap(flow, sack.get(PacketField.CUMULATIVE));
        if (isJudged) {
            if (cumulative > flow.highest + 1) {
                throw new BrokenRuleException(
                        "R6.2",
                        number,
                        "acknowledges up to PSN " + cumulative % PSNS + ", and the highest that was sent is "
                                + flow.highest % PSNS + ": " + sack);
            }
            if (strict && cumulative < flow.told) {
                throw new BrokenRuleException(
                        "R6.2", number, "forgets: the cumulative PSN was " + flow.told % PSNS + " before: " + sack);
            }
        }
        flow.told = Math.max(flow.told, cumulative);
        for (long psn = flow.cumulative; psn < cumulative; psn++) {
            acknowledged(flow, psn, sack, number, isJudged);
        }
        flow.cumulative = Math.max(flow.cumulative, cumulative);
        flow.windowLow = Math.max(flow.windowLow, cumulative);
        int offset = (short) sack.get(PacketField.OFFSET);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((sack.get(PacketField.BITS) >>> bit & 1) == 1 && offset + bit > 0) {
                acknowledged(flow, cumulative + offset + bit, sack, number, isJudged);
            }
        }
    }

    private void acknowledged(Flow flow, long psn, WirePacket sack, int number, boolean isJudged) {
        Sent sent = flow.packets.get(psn);
        boolean known = strict || flow.fromItsStart && psn >= flow.lowest && judgedFromStart(flow);
        if (sent == null) {
            if (isJudged && known) {
                throw new BrokenRuleException(
                        "R6.2",
                        number,
                        "acknowledges PSN " + Math.floorMod(psn, PSNS) + ", which did not come: " + sack);
            }
            return;
        }
        if (isJudged && sent.refused && strict) {
            throw new BrokenRuleException(
                    "R6.2",
                    number,
                    "acknowledges PSN " + Math.floorMod(psn, PSNS) + ", which was refused and not sent again: " + sack);
        }
        if (!sent.acknowledged) {
            sent.acknowledged = true;
            sent.acknowledgedNs = sack.timeNs();
        }
        flow.newestAcknowledged = Math.max(flow.newestAcknowledged, sent.order);
    }

    /** Whether a capture has every packet of the flow so far: then what is acknowledged must have been seen. */
    private static boolean judgedFromStart(Flow flow) {
        return flow.packets.size() == flow.highest - flow.lowest + 1;
    }

    private void nack(WirePacket nack, int number, boolean isJudged) {
        FlowKey key = answeredBy(nack);
        Flow flow = flows.get(key);
        long psn = nack.get(PacketField.PSN);
        int reason = nack.getInt(PacketField.REASON);
        boolean isTrimNotice = reason == NackReason.TRIMMED || reason == NackReason.TRIMMED_LAST_HOP;
        if (isJudged && isTrimNotice && strict) {
            looked("R9.3");
            if (!trimmed.getOrDefault(key, Set.of()).contains(psn)) {
                throw new BrokenRuleException(
                        "R9.3", number, "a trim notice for a packet that did not come trimmed: " + nack);
            }
        }
        Sent sent = flow == null ? null : flow.packets.get(unwrap(flow, psn));
        if (sent == null) {
            return;
        }
        if (isJudged && strict && sent.acknowledged && !isTrimNotice) {
            throw new BrokenRuleException("R4.1", number, "refuses PSN " + psn + ", which it acknowledged: " + nack);
        }
        // What the judged one asks for again came trimmed; a copy of it that came whole may be acknowledged.
        if (!isJudged || !sent.acknowledged && !isTrimNotice) {
            sent.refused = true;
        }
        if (reason == NackReason.NO_RESOURCE) {
            long waitNs = Math.min(200_000L, nack.get(PacketField.INFO)) * 1_000;
            sent.waitUntilNs = nack.timeNs() + waitNs;
        }
    }
}
