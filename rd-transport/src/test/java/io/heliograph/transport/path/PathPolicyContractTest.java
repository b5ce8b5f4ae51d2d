package io.heliograph.transport.path;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SeededRandom;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every policy keeps. */
final class PathPolicyContractTest {
    private static final int FIRST = 0xC000;

    @FunctionalInterface
    interface Maker {
        PathPolicy make(int firstEntropy, int paths, RandomSource random);
    }

    private static Stream<Arguments> policies() {
        return Stream.of(
                Arguments.argumentSet("oblivious", (Maker) ObliviousSpray::new),
                Arguments.argumentSet("adaptive", (Maker) AdaptiveSpray::new));
    }

    private static int[] take(PathPolicy policy, int count) {
        return IntStream.range(0, count).map(i -> policy.nextEntropy(i)).toArray();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldTakeEachPathOncePerRound(Maker maker) {
        for (int paths : new int[] {16, 17, 64, 100, 256}) {
            PathPolicy policy = maker.make(FIRST, paths, new SeededRandom(paths));
            int[] all = IntStream.range(FIRST, FIRST + paths).toArray();
            for (int round = 0; round < 3; round++) {
                int[] taken = take(policy, paths);
                Arrays.sort(taken);
                assertArrayEquals(all, taken);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldReplayASeedAndShuffleByIt(Maker maker) {
        int[] first = take(maker.make(FIRST, 64, new SeededRandom(1)), 64);
        assertArrayEquals(first, take(maker.make(FIRST, 64, new SeededRandom(1)), 64));
        int[] second = take(maker.make(FIRST, 64, new SeededRandom(2)), 64);
        long same = IntStream.range(0, 64).filter(i -> first[i] == second[i]).count();
        // One on average; of the order of e^-1/k! for k.
        assertTrue(same < 8, "same=" + same);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldNeverTakeADeniedPathAndKeepTheLast(Maker maker) {
        PathPolicy policy = maker.make(FIRST, 16, new SeededRandom(3));
        for (int i = 0; i < 15; i++) {
            policy.deny(FIRST + i);
            policy.deny(FIRST + i);
            assertEquals(PathState.DENIED, policy.state(FIRST + i));
            for (int entropy : take(policy, 40)) {
                assertTrue(entropy > FIRST + i);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> policy.deny(FIRST + 15));
        assertEquals(FIRST + 15, policy.nextEntropy(0));
        policy.permit(FIRST + 4);
        policy.permit(FIRST + 4);
        policy.deny(FIRST + 15);
        assertEquals(FIRST + 4, policy.nextEntropy(0));
        assertThrows(IllegalArgumentException.class, () -> policy.deny(FIRST + 4));
        assertEquals(PathState.GOOD, policy.state(FIRST + 4));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldRefuseRangesThatAreNotEntropyValues(Maker maker) {
        SeededRandom random = new SeededRandom(4);
        assertThrows(IllegalArgumentException.class, () -> maker.make(FIRST, 15, random));
        assertThrows(IllegalArgumentException.class, () -> maker.make(FIRST, 257, random));
        assertThrows(IllegalArgumentException.class, () -> maker.make(FIRST - 1, 16, random));
        assertThrows(IllegalArgumentException.class, () -> maker.make(0xFFF1, 16, random));
        PathPolicy last = maker.make(0xFFF0, 16, random);
        assertTrue(Arrays.stream(take(last, 16)).anyMatch(entropy -> entropy == 0xFFFF));
        assertThrows(IllegalArgumentException.class, () -> last.deny(FIRST));
        assertThrows(IllegalArgumentException.class, () -> last.permit(0x1_0000));
        assertThrows(IllegalArgumentException.class, () -> last.state(0));
        assertThrows(IllegalArgumentException.class, () -> last.smoothedRttNs(0xFFEF));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldIgnoreReportsOfForeignAndDeniedPaths(Maker maker) {
        PathPolicy policy = maker.make(FIRST, 16, new SeededRandom(5));
        policy.deny(FIRST + 1);
        for (int entropy : new int[] {FIRST + 1, FIRST + 16, FIRST - 1, 0, 0xFFFF, -1}) {
            policy.acknowledged(entropy, 1, 2);
            policy.trimmed(entropy, 2);
            policy.lost(entropy, 3, 4);
            policy.timedOut(entropy, 3, 4);
            assertFalse(policy.probeAnswered(entropy, 5));
        }
        assertEquals(PathState.DENIED, policy.state(FIRST + 1));
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
        assertEquals(PathPolicy.NO_PROBE, policy.takeProbe(10));
        int[] taken = take(policy, 15);
        Arrays.sort(taken);
        assertEquals(15, Arrays.stream(taken).distinct().count());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldReturnAPermittedPathWhateverIsReported(Maker maker) {
        for (long seed = 0; seed < 50; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int paths = 16 + random.nextInt(241);
            PathPolicy policy = maker.make(FIRST, paths, new SeededRandom(seed));
            // Any bits for times too, as a clock may start anywhere.
            long nowNs = random.nextLong() >> 1;
            for (int i = 0; i < 20_000; i++) {
                nowNs += random.nextInt(1_000_000);
                misuse(policy, random, paths, nowNs);
                int entropy = policy.nextEntropy(nowNs);
                assertNotEquals(PathState.DENIED, policy.state(entropy), "seed=" + seed + " step=" + i);
                assertTrue(entropy >= FIRST && entropy < FIRST + paths, "seed=" + seed + " step=" + i);
            }
        }
    }

    /** Reports anything about any path. */
    private static void misuse(PathPolicy policy, SeededRandom random, int paths, long nowNs) {
        int entropy = FIRST + random.nextInt(paths);
        long sentNs = nowNs - random.nextInt(2_000_000);
        switch (random.nextInt(16)) {
            case 0, 1 -> policy.acknowledged(entropy, sentNs, nowNs);
            case 2, 3 -> policy.trimmed(entropy, nowNs);
            case 4, 5, 6 -> policy.lost(entropy, sentNs, nowNs);
            case 7, 8 -> policy.timedOut(entropy, sentNs, nowNs);
            case 9 -> policy.probeAnswered((int) random.nextLong(), nowNs);
            case 10, 11 -> {
                int nonce = policy.takeProbe(nowNs);
                if (nonce != PathPolicy.NO_PROBE && random.nextInt(3) == 0) {
                    assertTrue(policy.probeAnswered(nonce, nowNs));
                }
            }
            case 12 -> policy.permit(entropy);
            case 13 -> {
                if (random.nextInt(4) == 0) {
                    denyUnlessLast(policy, entropy);
                }
            }
            default -> {}
        }
    }

    private static void denyUnlessLast(PathPolicy policy, int entropy) {
        try {
            policy.deny(entropy);
        } catch (IllegalArgumentException _) {
            assertNotEquals(PathState.DENIED, policy.state(entropy));
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void shouldAllocateNothing(Maker maker) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PathPolicy policy = maker.make(FIRST, 256, new SeededRandom(6));
        SeededRandom random = new SeededRandom(7);
        use(policy, random, 0);
        threads.getCurrentThreadAllocatedBytes();
        long bytes = Long.MAX_VALUE;
        // The virtual machine compiles on this thread's account now and then; what we do happens in each period.
        for (int period = 1; period <= 5 && bytes != 0; period++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            use(policy, random, period);
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes);
    }

    /** A hundred thousand packets of which some are trimmed, lost or late, with two paths dead and denied now and then. */
    private static void use(PathPolicy policy, SeededRandom random, int period) {
        long nowNs = period * 1_000_000_000L;
        for (int i = 0; i < 100_000; i++) {
            nowNs += 1_000;
            int entropy = policy.nextEntropy(nowNs);
            boolean dead = entropy == FIRST + 3 || entropy == FIRST + 200;
            int chance = random.nextInt(100);
            if (dead || chance == 0) {
                policy.lost(entropy, nowNs - 100_000, nowNs);
            } else if (chance == 1) {
                policy.trimmed(entropy, nowNs);
            } else if (chance == 2) {
                policy.timedOut(entropy, nowNs - 100_000, nowNs);
            } else {
                policy.acknowledged(entropy, nowNs - 90_000 - chance, nowNs);
            }
            int nonce = policy.nextDeadlineNs() <= nowNs ? policy.takeProbe(nowNs) : PathPolicy.NO_PROBE;
            if (nonce != PathPolicy.NO_PROBE && PathPolicy.probeEntropy(nonce) % 2 == 0) {
                policy.probeAnswered(nonce, nowNs + 100);
            }
            if (i % 1_000 == 0) {
                policy.deny(FIRST + 9);
            } else if (i % 1_000 == 500) {
                policy.permit(FIRST + 9);
            }
        }
    }
}
