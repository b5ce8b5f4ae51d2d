package io.heliograph.emulator.conformance;

import io.heliograph.transport.Tunables;
import java.util.List;
import java.util.function.Consumer;

/** Judges packets that are sent again: whether they are what they were, and whether there was a cause (R7.3, R8.3, R9.1, R10.1). */
final class RepeatJudge {
    /** How long an acknowledgement may take from a place of unknown distance to its sender. */
    private static final long FAR_NS = 10_000_000;
    /** The same at the sender's own port. */
    private static final long NEAR_NS = 18_000;

    private final boolean strict;
    private final long slackNs;
    private final Consumer<String> looked;

    /**
     * A judge.
     *
     * @param strict whether it stands at the sender's port
     * @param slackNs what may lie between the sender's clock and the packets' times
     * @param looked is told which rules it looks at
     */
    RepeatJudge(boolean strict, long slackNs, Consumer<String> looked) {
        this.strict = strict;
        this.slackNs = slackNs;
        this.looked = looked;
    }

    /** A packet was sent again. */
    void judge(TracedFlow flow, TracedFlow.Sent sent, WirePacket packet, int number) {
        WirePacket last = sent.last;
        looked.accept("R10.1");
        for (PacketField field : List.of(PacketField.QUEUE, PacketField.MSN, PacketField.OF)) {
            if (last.get(field) != packet.get(field)) {
                throw new BrokenRuleException(
                        "R10.1",
                        number,
                        "the PSN was sent before with " + field.label() + " " + last.get(field) + ": " + packet);
            }
        }
        looked.accept("R8.3");
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

    private void cause(TracedFlow flow, TracedFlow.Sent sent, WirePacket packet, int number) {
        long sinceNs = packet.timeNs() - sent.last.timeNs();
        looked.accept("R7.3");
        if (packet.timeNs() < sent.waitUntilNs - slackNs) {
            throw new BrokenRuleException(
                    "R7.3",
                    number,
                    "sent again " + (sent.waitUntilNs - packet.timeNs()) + " ns before the wait of the NACK is over: "
                            + packet);
        }
        looked.accept("R9.1");
        if (sent.acknowledged && packet.timeNs() - sent.acknowledgedNs > (strict ? NEAR_NS + slackNs : FAR_NS)) {
            throw new BrokenRuleException(
                    "R9.1",
                    number,
                    "sent again " + (packet.timeNs() - sent.acknowledgedNs) + " ns after it was acknowledged: "
                            + packet);
        }
        // Nothing sooner than a tail probe (R9.7), whose timeout is the shorter one.
        boolean byTimer = sinceNs >= Tunables.MIN_TAIL_PROBE_NS - slackNs;
        boolean bySack = flow.newestAcknowledged > sent.order && sinceNs >= Tunables.MIN_REORDER_WINDOW_NS - slackNs;
        if (!sent.refused && !byTimer && !bySack && !hasTwin(flow, sent)) {
            throw new BrokenRuleException(
                    "R9.1",
                    number,
                    "sent again after " + sinceNs
                            + " ns without a cause: no NACK asked for it, nothing sent later was acknowledged,"
                            + " and the least timeout is " + Tunables.MIN_TAIL_PROBE_NS + " ns: " + packet);
        }
    }

    /** Whether a packet with a later PSN was acknowledged that its sender sent in the same moment: it counts as sent after (RFC 8985 section 6.2, RACK_sent_after). */
    private boolean hasTwin(TracedFlow flow, TracedFlow.Sent sent) {
        long psn = flow.unwrap(sent.last.get(PacketField.PSN));
        return flow.packets.entrySet().stream()
                .anyMatch(each -> each.getKey() > psn
                        && each.getValue().acknowledged
                        && each.getValue().last.timeNs() >= sent.last.timeNs() - slackNs);
    }
}
