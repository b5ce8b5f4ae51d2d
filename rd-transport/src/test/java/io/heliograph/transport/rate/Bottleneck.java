package io.heliograph.transport.rate;

import io.heliograph.transport.SeededRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of one link in virtual time: senders with a policy each, one queue that they share, first come first served, and acknowledgements that take the rest of the round trip. Clocks at the
 * hosts are read up to 2 us late, by chance, so that senders do not march in step.
 */
final class Bottleneck {
    static final int WIRE_BYTES = 1_524;
    private static final int NOISE_NS = 2_000;

    /** Something that sends: flow 0 of its policy. */
    static final class Sender {
        final RatePolicy policy;
        /** Packets it has still to send, and those that are not acknowledged. */
        long toSend;

        long outstanding;
        long acknowledged;
        /** Sums since {@link #forget}. */
        long delaySumNs;

        long greatestDelayNs;

        /** A job computes, sends its packets, and begins anew when all are acknowledged; 0 packets means no job. */
        private long jobPackets;

        private long computeNs;
        private long resumeNs = Long.MAX_VALUE;
        private long iterationBeganNs;
        final List<Long> iterationsNs = new ArrayList<>();

        Sender(RatePolicy policy) {
            this.policy = policy;
        }

        void forget() {
            acknowledged = 0;
            delaySumNs = 0;
            greatestDelayNs = 0;
        }

        double meanDelayNs() {
            return (double) delaySumNs / acknowledged;
        }
    }

    private record InFlight(Sender sender, long sentNs, long acknowledgedNs) {}

    private final List<Sender> senders = new ArrayList<>();
    private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
    private final long packetNs;
    private final long baseRttNs;
    private final SeededRandom random = new SeededRandom(1);
    private long linkFreeNs;
    private long nowNs;

    Bottleneck(long packetNs, long baseRttNs) {
        this.packetNs = packetNs;
        this.baseRttNs = baseRttNs;
    }

    /** Sends without end from now on. */
    Sender addEndless(RatePolicy policy) {
        Sender sender = new Sender(policy);
        sender.toSend = Long.MAX_VALUE / 2;
        senders.add(sender);
        policy.activate(0, nowNs);
        return sender;
    }

    /** Computes first. */
    Sender addJob(RatePolicy policy, long packets, long computeNs, long beginNs) {
        Sender sender = new Sender(policy);
        sender.jobPackets = packets;
        sender.computeNs = computeNs;
        sender.iterationBeganNs = beginNs;
        sender.resumeNs = beginNs + computeNs;
        senders.add(sender);
        return sender;
    }

    void runUntil(long endNs) {
        while (nowNs < endNs) {
            long nextNs = endNs;
            for (Sender sender : senders) {
                if (nowNs >= sender.resumeNs) {
                    sender.resumeNs = Long.MAX_VALUE;
                    sender.toSend = sender.jobPackets;
                    sender.policy.activate(0, nowNs);
                }
                while (sender.policy.nextFlow(nowNs) == 0) {
                    send(sender);
                }
                nextNs = Math.min(nextNs, Math.min(sender.resumeNs, sender.policy.nextDeadlineNs()));
            }
            if (!inFlight.isEmpty()) {
                nextNs = Math.min(nextNs, inFlight.peek().acknowledgedNs());
            }
            nowNs = Math.max(nowNs + 1, nextNs);
            while (!inFlight.isEmpty() && inFlight.peek().acknowledgedNs() <= nowNs) {
                acknowledge(inFlight.remove());
            }
        }
    }

    private void send(Sender sender) {
        linkFreeNs = Math.max(linkFreeNs, nowNs) + packetNs;
        inFlight.add(new InFlight(sender, nowNs, linkFreeNs + baseRttNs));
        sender.toSend--;
        sender.outstanding++;
        sender.policy.onSent(0, WIRE_BYTES, nowNs);
        if (sender.toSend == 0) {
            sender.policy.deactivate(0);
        }
    }

    private void acknowledge(InFlight packet) {
        Sender sender = packet.sender();
        long delayNs = nowNs - packet.sentNs() + random.nextInt(NOISE_NS);
        sender.delaySumNs += delayNs;
        sender.greatestDelayNs = Math.max(sender.greatestDelayNs, delayNs);
        sender.acknowledged++;
        sender.outstanding--;
        sender.policy.onAcknowledged(0, WIRE_BYTES, delayNs, nowNs);
        if (sender.jobPackets > 0 && sender.toSend == 0 && sender.outstanding == 0) {
            sender.iterationsNs.add(nowNs - sender.iterationBeganNs);
            sender.iterationBeganNs = nowNs;
            sender.resumeNs = nowNs + sender.computeNs;
        }
    }
}
