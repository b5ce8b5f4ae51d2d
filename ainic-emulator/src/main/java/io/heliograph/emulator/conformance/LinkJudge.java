package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import io.heliograph.emulator.conformance.LinkSide.Message;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.transport.Completion;
import io.heliograph.transport.rate.RateTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges what the applications at both ends of a link see, and what passed the device's port. */
final class LinkJudge {
    private static final int POLLED_AT_ONCE = 32;
    /** What may lie between two virtual clocks. */
    private static final long PACING_SLACK_NS = 1_000;

    private final Bench bench;
    private final LinkSide device;
    private final LinkSide peer;

    LinkJudge(Bench bench, LinkSide device, LinkSide peer) {
        this.bench = bench;
        this.device = device;
        this.peer = peer;
    }

    private BrokenRuleException broken(String rule, String what) {
        return new BrokenRuleException(rule, bench.trace().size(), what);
    }

    /** Looks at what the application of one end was told. */
    void poll(LinkSide side) {
        LinkSide other = side == device ? peer : device;
        for (Told told : side.device.poll(POLLED_AT_ONCE)) {
            if (told.kind() == Completion.WRITE) {
                completed(side, other, told);
            } else if (told.kind() == Completion.IMMEDIATE) {
                fired(other, side, told);
            } else if (side == device) {
                throw broken("R1.8", "the relation ended though the peer is there: " + CompletionMatch.text(told));
            }
        }
    }

    private void completed(LinkSide side, LinkSide receiver, Told told) {
        if (told.cookie() < 0 || told.cookie() >= side.messages.size()) {
            throw broken("R6.3", "a completion of nothing that was posted: " + told);
        }
        Message message = side.messages.get((int) told.cookie());
        if (message.completed) {
            throw broken("R6.3", "completed twice: " + CompletionMatch.text(told));
        }
        if (told.status() != 0) {
            throw broken("", "failed: " + CompletionMatch.text(told));
        }
        message.completed = true;
        side.outstanding--;
        int at = receiver.misplaced(message);
        if (at >= 0) {
            throw broken(
                    side == device ? "R6.1" : "R6.2",
                    CompletionMatch.text(told) + ", but byte " + at + " of its " + message.length + " is not placed");
        }
    }

    private void fired(LinkSide sender, LinkSide receiver, Told told) {
        if (told.immediate() < 0 || told.immediate() >= sender.messages.size()) {
            throw broken("R5.1", "an immediate that nobody sent fired at " + receiver.name + ": " + told.immediate());
        }
        Message message = sender.messages.get(told.immediate());
        if (message.fired || message.immediate == null) {
            throw broken("R5.1", "fired twice at " + receiver.name + ": immediate " + told.immediate());
        }
        message.fired = true;
        for (int i = message.fenced ? 0 : told.immediate(); i <= told.immediate(); i++) {
            Message earlier = sender.messages.get(i);
            int at = earlier.queue == message.queue ? receiver.misplaced(earlier) : -1;
            if (at >= 0) {
                throw broken(
                        i == told.immediate() ? "R5.1" : "R5.2",
                        "immediate " + told.immediate() + " fired at " + receiver.name + " before byte " + at
                                + " of message " + i + " was placed");
            }
        }
    }

    /** What to say of a run that took too long. */
    BrokenRuleException notDone(Expression within) {
        for (LinkSide side : List.of(device, peer)) {
            for (int i = 0; i < side.messages.size(); i++) {
                Message each = side.messages.get(i);
                if (!each.completed) {
                    return broken(
                            "",
                            "message " + i + " of " + side.name + " (" + each.length
                                    + " bytes) did not complete within " + within);
                }
                if (!each.isDone()) {
                    return broken("R5.1", "immediate " + i + " of " + side.name + " never fired");
                }
            }
        }
        return broken("", "not done");
    }

    /** Looks at everything once more when all is done. */
    void end(LinkPlan plan, LinkSwitch link, Map<String, Long> names, @Nullable RateTable table, int engines) {
        for (LinkSide side : List.of(device, peer)) {
            String wrong = side.wrongMemory();
            if (!wrong.isEmpty()) {
                throw broken("R4.1", wrong);
            }
        }
        trace(table, engines);
        counts(plan, link, names);
    }

    private void trace(@Nullable RateTable table, int engines) {
        long toleranceNs = bench.device.toleranceNs();
        boolean isVirtual = bench.device.abilities().contains(DeviceUnderTest.Ability.VIRTUAL_TIME);
        TraceJudge judge = new TraceJudge(
                bench.address,
                true,
                bench.device.windowPackets(),
                isVirtual ? TraceJudge.SLACK_NS : toleranceNs,
                table == null ? null : new PacingJudge(table, engines, PACING_SLACK_NS + toleranceNs));
        int number = 0;
        for (TracedFrame each : bench.trace()) {
            number++;
            WirePacket packet = bench.codec.decode(each.bytes(), each.timeNs());
            if (packet != null && packet.kind() != WireKind.PAUSE) {
                judge.add(packet, bench.codec.isTrimmed(), number);
            }
        }
        if (!judge.findings().isEmpty()) {
            TraceJudge.Finding first = judge.findings().getFirst();
            throw new BrokenRuleException(first.rule(), first.packet(), first.what());
        }
    }

    private void counts(LinkPlan plan, LinkSwitch link, Map<String, Long> names) {
        // In a time that is not virtual a timer may send a packet again that was merely late.
        boolean isVirtual = bench.device.abilities().contains(DeviceUnderTest.Ability.VIRTUAL_TIME);
        for (LinkPlan.Count each : plan.counts()) {
            for (long psn : each.psns().make(names)) {
                int times = link.timesSent(each.fromDevice(), psn);
                if (times < each.least() || isVirtual && times > each.most()) {
                    throw broken(
                            each.rule(),
                            "PSN " + psn + " was sent " + times + " times, and must be " + each.least() + " to "
                                    + each.most() + " times (" + each.where() + ")");
                }
            }
        }
    }
}
