package io.heliograph.emulator.conformance;

import io.heliograph.transport.IpAddress;
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
    /** What may lie between a device's clock and the judge's. */
    static final long SLACK_NS = 2_000;
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
    private final RepeatJudge repeats;
    private final MessageJudge messages = new MessageJudge(this::looked);
    private final @Nullable PacingJudge pacing;
    private final PacketChecks checks = new PacketChecks(null);
    private final Map<TracedFlow.Key, TracedFlow> flows = new HashMap<>();
    private final Map<TracedFlow.Key, Set<Long>> trimmed = new HashMap<>();
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
        repeats = new RepeatJudge(strict, slackNs, this::looked);
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
                trimmed.computeIfAbsent(TracedFlow.Key.of(packet), any -> new TreeSet<>())
                        .add(packet.get(PacketField.PSN));
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

    private void data(WirePacket packet, int number, boolean isJudged) {
        TracedFlow.Key key = TracedFlow.Key.of(packet);
        TracedFlow flow = flows.get(key);
        if (flow == null) {
            flow = new TracedFlow(packet.get(PacketField.PSN));
            flows.put(key, flow);
            if (isJudged && strict) {
                looked("R1.2");
                if (flow.lowest != 0) {
                    throw new BrokenRuleException(
                            "R1.2", number, "the first packet of a flow has PSN " + flow.lowest + ": " + packet);
                }
            }
        }
        long psn = flow.unwrap(packet.get(PacketField.PSN));
        TracedFlow.Sent sent = flow.packets.get(psn);
        order++;
        if (sent == null) {
            sent = new TracedFlow.Sent(packet, order);
            flow.packets.put(psn, sent);
            long before = flow.highest;
            flow.highest = Math.max(flow.highest, psn);
            if (isJudged) {
                newPacket(key, flow, before, psn, packet, number);
            }
        } else {
            try {
                if (isJudged) {
                    repeats.judge(flow, sent, packet, number);
                }
            } finally {
                sent.again(packet, order);
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

    private void newPacket(TracedFlow.Key key, TracedFlow flow, long before, long psn, WirePacket packet, int number) {
        looked("R10.1");
        if (strict && psn != before + 1) {
            throw new BrokenRuleException(
                    "R10.1",
                    number,
                    "PSN " + psn % TracedFlow.PSNS + " follows " + before % TracedFlow.PSNS
                            + ", and PSNs count one by one: " + packet);
        }
        looked("R4.3");
        long low = flow.cumulative;
        if (flow.fromItsStart && psn - low >= windowPackets) {
            throw new BrokenRuleException(
                    "R4.3",
                    number,
                    "PSN " + psn % TracedFlow.PSNS + " is beyond the window of " + windowPackets
                            + " from the first unacknowledged one, " + low % TracedFlow.PSNS + ", on: " + packet);
        }
        messages.add(key, psn, packet, number);
    }

    private void sack(WirePacket sack, int number, boolean isJudged) {
        TracedFlow.Key key = TracedFlow.Key.answeredBy(sack);
        TracedFlow flow = flows.get(key);
        if (isJudged) {
            looked("R6.2");
        }
        if (flow == null) {
            if (isJudged && strict) {
                throw new BrokenRuleException("R10.2", number, "a SACK for a flow that sent nothing: " + sack);
            }
            return;
        }
        long cumulative = flow.unwrap(sack.get(PacketField.CUMULATIVE));
        if (isJudged) {
            if (cumulative > flow.highest + 1) {
                throw new BrokenRuleException(
                        "R6.2",
                        number,
                        "acknowledges up to PSN " + cumulative % TracedFlow.PSNS + ", and the highest that was sent is "
                                + flow.highest % TracedFlow.PSNS + ": " + sack);
            }
            if (strict && cumulative < flow.told) {
                throw new BrokenRuleException(
                        "R6.2",
                        number,
                        "forgets: the cumulative PSN was " + flow.told % TracedFlow.PSNS + " before: " + sack);
            }
        }
        flow.told = Math.max(flow.told, cumulative);
        for (long psn = flow.cumulative; psn < cumulative; psn++) {
            acknowledged(flow, psn, sack, number, isJudged);
        }
        flow.cumulative = Math.max(flow.cumulative, cumulative);
        int offset = (short) sack.get(PacketField.OFFSET);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((sack.get(PacketField.BITS) >>> bit & 1) == 1 && offset + bit > 0) {
                acknowledged(flow, cumulative + offset + bit, sack, number, isJudged);
            }
        }
    }

    private void acknowledged(TracedFlow flow, long psn, WirePacket sack, int number, boolean isJudged) {
        TracedFlow.Sent sent = flow.packets.get(psn);
        boolean known = strict || flow.fromItsStart && psn >= flow.lowest && flow.isComplete();
        if (sent == null) {
            if (isJudged && known) {
                throw new BrokenRuleException(
                        "R6.2",
                        number,
                        "acknowledges PSN " + Math.floorMod(psn, TracedFlow.PSNS) + ", which did not come: " + sack);
            }
            return;
        }
        if (isJudged && sent.refused && strict) {
            throw new BrokenRuleException(
                    "R6.2",
                    number,
                    "acknowledges PSN " + Math.floorMod(psn, TracedFlow.PSNS)
                            + ", which was refused and not sent again: " + sack);
        }
        if (!sent.acknowledged) {
            sent.acknowledged = true;
            sent.acknowledgedNs = sack.timeNs();
        }
        flow.newestAcknowledged = Math.max(flow.newestAcknowledged, sent.order);
    }

    private void nack(WirePacket nack, int number, boolean isJudged) {
        TracedFlow.Key key = TracedFlow.Key.answeredBy(nack);
        TracedFlow flow = flows.get(key);
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
        TracedFlow.Sent sent = flow == null ? null : flow.packets.get(flow.unwrap(psn));
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
