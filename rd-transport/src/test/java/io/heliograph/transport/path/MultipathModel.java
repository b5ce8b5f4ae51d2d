package io.heliograph.transport.path;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A sender, a receiver and the paths between them in virtual time: just enough of a transport to feed a policy what the engine would. Losses are found as in
 * RACK and by a timer, packets are acknowledged one by one, an acknowledgement that is lost is made good by the next one, and nothing is given up.
 */
final class MultipathModel {
    static final long RTT_NS = 100_000;
    private static final long BACK_NS = RTT_NS / 2;
    private static final int WINDOW = 1024;
    private static final long MIN_RTO_NS = 10 * RTT_NS;
    private static final int FIRST_ENTROPY = Tunables.ENTROPY_BASE + 0x100;

    /** One way through the network. */
    static final class Path {
        long forthNs = RTT_NS / 2;
        double loss;
        double trim;
        boolean dead;
        /** Dead every other such time; 0 for never. */
        long flapNs;

        long sent;
        long lost;
        long lastSentNs = Long.MIN_VALUE;
        long suspectedNs = Long.MIN_VALUE;
        long badNs = Long.MIN_VALUE;
        long goodNs = Long.MIN_VALUE;
        int timesBad;
        PathState state = PathState.GOOD;
    }

    private static final class Packet {
        int entropy;
        long sentNs;
        int transmission;
        boolean acknowledged;
        boolean out;
    }

    private record Event(long timeNs, long order, Runnable action) {}

    private record Transmission(Packet packet, int number) {}

    final Path[] paths;
    final PathPolicy policy;
    final long gapNs;
    double backLoss;
    long nowNs = 1_000;
    long delivered;
    long retransmitted;
    long probesSent;

    private final SeededRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::timeNs).thenComparingLong(Event::order));
    private final ArrayDeque<Transmission> flight = new ArrayDeque<>();
    private final ArrayDeque<Packet> toResend = new ArrayDeque<>();
    private final List<Runnable> unheard = new ArrayList<>();
    private long eventOrder;
    private long nextSendNs = nowNs;
    private long outstanding;
    private boolean stopped;
    private long rackSentNs = Long.MIN_VALUE;
    private long rackRttNs;
    private long smoothedNs;
    private long minRttNs = Long.MAX_VALUE;
    private long progressNs;
    private int expiries;

    MultipathModel(PathPolicy policy, int paths, long gapNs, long seed) {
        this.policy = policy;
        this.gapNs = gapNs;
        random = new SeededRandom(seed);
        this.paths = new Path[paths];
        for (int i = 0; i < paths; i++) {
            this.paths[i] = new Path();
        }
    }

    static MultipathModel adaptive(int paths, long gapNs, long seed) {
        return new MultipathModel(
                new AdaptiveSpray(FIRST_ENTROPY, paths, new SeededRandom(seed)), paths, gapNs, seed + 1);
    }

    static MultipathModel oblivious(int paths, long gapNs, long seed) {
        return new MultipathModel(
                new ObliviousSpray(FIRST_ENTROPY, paths, new SeededRandom(seed)), paths, gapNs, seed + 1);
    }

    static int entropy(int path) {
        return FIRST_ENTROPY + path;
    }

    private Path path(int entropy) {
        return paths[entropy - FIRST_ENTROPY];
    }

    void run(long durationNs) {
        long endNs = nowNs + durationNs;
        while (nowNs < endNs) {
            step(endNs);
        }
    }

    /** Sends nothing new and lets everything arrive; returns whether it did in time. */
    boolean drain(long withinNs) {
        stopped = true;
        long endNs = nowNs + withinNs;
        while (outstanding > 0 && nowNs < endNs) {
            step(endNs);
        }
        stopped = false;
        nextSendNs = nowNs;
        return outstanding == 0;
    }

    private void step(long endNs) {
        long thenNs = Math.min(endNs, Math.min(policy.nextDeadlineNs(), recoveryDeadlineNs()));
        if (!events.isEmpty()) {
            thenNs = Math.min(thenNs, events.peek().timeNs());
        }
        if (maySend()) {
            thenNs = Math.min(thenNs, nextSendNs);
        }
        nowNs = Math.max(nowNs, thenNs);
        while (!events.isEmpty() && events.peek().timeNs() <= nowNs) {
            events.remove().action().run();
        }
        recover();
        probe();
        if (maySend() && nowNs >= nextSendNs) {
            send();
        }
    }

    private boolean maySend() {
        return !toResend.isEmpty() || !stopped && outstanding < WINDOW;
    }

    private void send() {
        nextSendNs = nowNs + gapNs;
        Packet packet = toResend.poll();
        if (packet == null) {
            packet = new Packet();
            outstanding++;
        } else if (packet.acknowledged) {
            return;
        } else {
            retransmitted++;
        }
        int entropy = policy.nextEntropy(nowNs);
        Path path = path(entropy);
        path.sent++;
        path.lastSentNs = nowNs;
        packet.entropy = entropy;
        packet.sentNs = nowNs;
        packet.out = true;
        int number = ++packet.transmission;
        flight.add(new Transmission(packet, number));
        if (dropped(path)) {
            path.lost++;
            return;
        }
        Packet sent = packet;
        if (random.nextInt(1 << 20) < path.trim * (1 << 20)) {
            at(nowNs + path.forthNs + BACK_NS, () -> trimmed(sent, number, entropy));
            return;
        }
        long sentNs = nowNs;
        heard(nowNs + path.forthNs + BACK_NS, () -> acknowledged(sent, number, entropy, sentNs));
    }

    private boolean dropped(Path path) {
        return path.dead
                || path.flapNs != 0 && nowNs / path.flapNs % 2 == 1
                || random.nextInt(1 << 20) < path.loss * (1 << 20);
    }

    private void at(long timeNs, Runnable action) {
        events.add(new Event(timeNs, eventOrder++, action));
    }

    /** What an acknowledgement says; if that one is lost, the next one says it. */
    private void heard(long timeNs, Runnable action) {
        boolean backLost = random.nextInt(1 << 20) < backLoss * (1 << 20);
        at(timeNs, () -> {
            unheard.add(action);
            if (!backLost) {
                unheard.forEach(Runnable::run);
                unheard.clear();
            }
        });
    }

    private void acknowledged(Packet packet, int number, int entropy, long sentNs) {
        if (packet.acknowledged) {
            return;
        }
        packet.acknowledged = true;
        packet.out = false;
        outstanding--;
        delivered++;
        expiries = 0;
        progressNs = nowNs;
        if (number == packet.transmission) {
            long rttNs = nowNs - sentNs;
            smoothedNs = smoothedNs == 0 ? rttNs : smoothedNs + (rttNs - smoothedNs) / 8;
            minRttNs = Math.min(minRttNs, rttNs);
            if (sentNs > rackSentNs) {
                rackSentNs = sentNs;
                rackRttNs = rttNs;
            }
            policy.acknowledged(entropy, sentNs, nowNs);
            observe(entropy);
        }
    }

    private void trimmed(Packet packet, int number, int entropy) {
        if (packet.out && number == packet.transmission) {
            packet.out = false;
            toResend.add(packet);
            policy.trimmed(entropy, nowNs);
            observe(entropy);
        }
    }

    private void forgetSettled() {
        while (!flight.isEmpty()) {
            Transmission head = flight.peek();
            if (head.packet().out && head.number() == head.packet().transmission) {
                return;
            }
            flight.remove();
        }
    }

    private long lateNs(Packet packet) {
        return packet.sentNs < rackSentNs ? packet.sentNs + rackRttNs + minRttNs / 4 : Long.MAX_VALUE;
    }

    private long expiryNs(Packet packet) {
        long timeoutNs = Math.max(MIN_RTO_NS, 4 * smoothedNs) << Math.min(expiries, 6);
        return Math.max(packet.sentNs, progressNs) + timeoutNs;
    }

    private long recoveryDeadlineNs() {
        forgetSettled();
        return flight.isEmpty()
                ? Long.MAX_VALUE
                : Math.min(
                        lateNs(flight.peek().packet()), expiryNs(flight.peek().packet()));
    }

    private void recover() {
        forgetSettled();
        while (!flight.isEmpty() && lateNs(flight.peek().packet()) <= nowNs) {
            Packet packet = lose();
            policy.lost(packet.entropy, packet.sentNs, nowNs);
            observe(packet.entropy);
            forgetSettled();
        }
        if (!flight.isEmpty() && expiryNs(flight.peek().packet()) <= nowNs) {
            Packet packet = lose();
            expiries++;
            policy.timedOut(packet.entropy, packet.sentNs, nowNs);
            observe(packet.entropy);
        }
    }

    private Packet lose() {
        Packet packet = flight.remove().packet();
        packet.out = false;
        toResend.add(packet);
        return packet;
    }

    private void probe() {
        if (nowNs < policy.nextDeadlineNs()) {
            return;
        }
        for (int nonce = policy.takeProbe(nowNs); nonce != PathPolicy.NO_PROBE; nonce = policy.takeProbe(nowNs)) {
            probesSent++;
            int probe = nonce;
            Path path = path(PathPolicy.probeEntropy(probe));
            if (!dropped(path) && random.nextInt(1 << 20) >= backLoss * (1 << 20)) {
                at(nowNs + path.forthNs + BACK_NS, () -> {
                    policy.probeAnswered(probe, nowNs);
                    observe(PathPolicy.probeEntropy(probe));
                });
            }
        }
        observeAll();
    }

    private void observeAll() {
        for (int i = 0; i < paths.length; i++) {
            observe(entropy(i));
        }
    }

    private void observe(int entropy) {
        Path path = path(entropy);
        PathState state = policy.state(entropy);
        if (state == path.state) {
            return;
        }
        switch (state) {
            case SUSPECTED -> path.suspectedNs = nowNs;
            case ASSUMED_BAD -> {
                path.badNs = nowNs;
                path.timesBad++;
            }
            case GOOD, SKIPPED -> path.goodNs = nowNs;
            case DENIED -> {}
        }
        path.state = state;
    }

    /** Forgets what was counted so far. */
    void mark() {
        for (Path path : paths) {
            path.sent = 0;
            path.lost = 0;
            path.timesBad = 0;
        }
        delivered = 0;
        retransmitted = 0;
        probesSent = 0;
    }

    long sent() {
        long sum = 0;
        for (Path path : paths) {
            sum += path.sent;
        }
        return sum;
    }

    long lost() {
        long sum = 0;
        for (Path path : paths) {
            sum += path.lost;
        }
        return sum;
    }

    int timesBad() {
        int sum = 0;
        for (Path path : paths) {
            sum += path.timesBad;
        }
        return sum;
    }

    /** What a path got of the packets, in units of an equal share. */
    double share(int path) {
        return (double) paths[path].sent * paths.length / sent();
    }
}
