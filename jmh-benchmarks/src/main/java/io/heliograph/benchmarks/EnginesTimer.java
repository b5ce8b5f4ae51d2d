package io.heliograph.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * What a second engine on a second core brings: packets of one engine on one thread, of two engines on one and on two threads, and of two
 * pairs of endpoints that share nothing on two threads, which is what the machine lets two threads do; in turns, and compared round by round.
 *
 * <p>A thread does the work of both ends of its engines, and the first one the application's as well, so that two engines take no more than
 * two cores. Medians with quartiles. The processor time of a packet is that of its thread: it does not count waiting for a core, nor stretches in which an engine
 * found nothing to do because another thread had lost its core (the share of those is printed). <em>Could be</em> is what it makes of one engine's packets on free
 * cores. Arguments: rounds and milliseconds of each. {@code EngineScalingTest} shows up to 16 engines in virtual time.
 */
public final class EnginesTimer {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TURNS_PER_LOOK = 16;
    private static final int WARM_ROUNDS = 10;

    private static final int STRETCH_PACKETS = 1_024;
    private static final int STRETCH_TURNS = 4_096;
    /** A stretch in which more than one of so many turns had nothing to do does not count. */
    private static final int TURNS_FOR_AN_IDLE_ONE = 50;

    /** One round of one way. */
    private record Round(int threads, double packetsPerSecond, double cpuNsPerPacket, double idleShare) {
        /** Packets a second for one engine's, if each thread had a core. */
        double couldBe(Round one) {
            return threads * one.cpuNsPerPacket / cpuNsPerPacket;
        }
    }

    /** A thread's part: which engines of which pair, and what they took. */
    private static final class Worker implements Runnable {
        private final EnginePair pair;
        private final int[] engines;
        private volatile boolean stop;
        private long packets;
        private long wallNs;
        private long busyPackets;
        private long busyCpuNs;
        private long idleCpuNs;

        Worker(EnginePair pair, int... engines) {
            this.pair = pair;
            this.engines = engines;
        }

        @Override
        public void run() {
            long startPackets = packetsSent();
            long startNs = System.nanoTime();
            while (!stop) {
                stretch();
            }
            wallNs = System.nanoTime() - startNs;
            packets = packetsSent() - startPackets;
        }

        /** Turns until enough packets went. */
        private void stretch() {
            long startPackets = packetsSent();
            long startCpuNs = THREADS.getCurrentThreadCpuTime();
            int turns = 0;
            int idleTurns = 0;
            long sent = 0;
            while (!stop && sent < STRETCH_PACKETS && turns < STRETCH_TURNS) {
                if (engines[0] == 0) {
                    pair.post();
                }
                for (int turn = 0; turn < TURNS_PER_LOOK; turn++) {
                    for (int engine : engines) {
                        idleTurns += pair.turn(engine) == 0 ? 1 : 0;
                        turns++;
                    }
                }
                sent = packetsSent() - startPackets;
            }
            long cpuNs = THREADS.getCurrentThreadCpuTime() - startCpuNs;
            if (idleTurns * TURNS_FOR_AN_IDLE_ONE > turns) {
                idleCpuNs += cpuNs;
            } else {
                busyCpuNs += cpuNs;
                busyPackets += sent;
            }
        }

        private long packetsSent() {
            long sum = 0;
            for (int engine : engines) {
                sum += pair.packets(engine);
            }
            return sum;
        }
    }

    private EnginesTimer() {}

    /** Measures each way of sharing. */
    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
        long roundNs = TimeUnit.MILLISECONDS.toNanos(arguments.length > 1 ? Long.parseLong(arguments[1]) : 250);
        for (EnginePair.Sharing sharing : EnginePair.Sharing.values()) {
            System.out.println(sharing.title() + ":");
            compare(sharing, rounds, roundNs);
        }
    }

    private static void compare(EnginePair.Sharing sharing, int rounds, long roundNs) throws InterruptedException {
        Round[] one = new Round[rounds];
        Round[] turns = new Round[rounds];
        Round[] two = new Round[rounds];
        Round[] apart = new Round[rounds];
        try (EnginePair single = new EnginePair(1, sharing);
                EnginePair both = new EnginePair(2, sharing);
                EnginePair first = new EnginePair(1, sharing);
                EnginePair second = new EnginePair(1, sharing)) {
            for (int i = -WARM_ROUNDS; i < rounds; i++) {
                int round = Math.max(i, 0);
                one[round] = measure(roundNs, new Worker(single, 0));
                turns[round] = measure(roundNs, new Worker(both, 0, 1));
                two[round] = measure(roundNs, new Worker(both, 0), new Worker(both, 1));
                apart[round] = measure(roundNs, new Worker(first, 0), new Worker(second, 0));
            }
        }
        print("one engine", one, one);
        print("two on one thread", turns, one);
        print("two engines", two, one);
        print("two pairs apart", apart, one);
        System.out.printf(
                Locale.ROOT,
                "  two engines / two pairs apart: packets %s, processor time %s%n",
                ratios(two, apart, Round::packetsPerSecond),
                ratios(two, apart, Round::cpuNsPerPacket));
    }

    private static Round measure(long roundNs, Worker... workers) throws InterruptedException {
        Thread[] threads = new Thread[workers.length];
        for (int i = 0; i < workers.length; i++) {
            threads[i] = Thread.ofPlatform().name("engine-" + i).start(workers[i]);
        }
        LockSupport.parkNanos(roundNs);
        for (Worker worker : workers) {
            worker.stop = true;
        }
        double perSecond = 0;
        long packets = 0;
        long busyCpuNs = 0;
        long idleCpuNs = 0;
        for (int i = 0; i < workers.length; i++) {
            threads[i].join();
            perSecond += workers[i].packets * 1e9 / workers[i].wallNs;
            packets += workers[i].busyPackets;
            busyCpuNs += workers[i].busyCpuNs;
            idleCpuNs += workers[i].idleCpuNs;
        }
        return new Round(
                workers.length, perSecond, (double) busyCpuNs / packets, (double) idleCpuNs / (busyCpuNs + idleCpuNs));
    }

    private static void print(String name, Round[] rounds, Round[] base) {
        System.out.printf(
                Locale.ROOT,
                "  %-17s Mpackets/s %s  ns of processor time a packet %s  idle %s  of one engine: could be %s, by the clock %s%n",
                name,
                quartiles(rounds, round -> round.packetsPerSecond() / 1e6),
                quartiles(rounds, Round::cpuNsPerPacket),
                quartiles(rounds, Round::idleShare),
                couldBe(rounds, base),
                ratios(rounds, base, Round::packetsPerSecond));
    }

    private static String couldBe(Round[] rounds, Round[] base) {
        double[] ratios = new double[rounds.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rounds[i].couldBe(base[i]);
        }
        return quartiles(ratios);
    }

    private static String quartiles(Round[] rounds, ToDoubleFunction<Round> figure) {
        return quartiles(Arrays.stream(rounds).mapToDouble(figure).toArray());
    }

    private static String ratios(Round[] rounds, Round[] base, ToDoubleFunction<Round> figure) {
        double[] ratios = new double[rounds.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(rounds[i]) / figure.applyAsDouble(base[i]);
        }
        return quartiles(ratios);
    }

    private static String quartiles(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f)",
                values[values.length / 2],
                values[values.length / 4],
                values[values.length * 3 / 4]);
    }
}
