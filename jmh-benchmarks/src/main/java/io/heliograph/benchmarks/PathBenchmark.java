package io.heliograph.benchmarks;

import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.path.PathObserver;
import io.heliograph.transport.path.PathPolicies;
import io.heliograph.transport.path.PathPolicy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What path choice costs: the entropy of a packet, and its acknowledgement a window later; nanoseconds a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PathBenchmark {

    private static final int WINDOW = 256;
    private static final long PACKET_NS = 100;

    /** How it is chosen. */
    @Param({"OBLIVIOUS", "ADAPTIVE"})
    public PathSpray spray = PathSpray.ADAPTIVE;

    /** Among how many. */
    @Param({"16", "64", "256"})
    public int paths = 64;

    private final char[] entropies = new char[WINDOW];
    private PathPolicy policy = policy();
    private long nowNs;

    private PathPolicy policy() {
        return PathPolicies.of(PathConfig.of(spray).withPaths(paths), new SeededRandom(1), PathObserver.NONE);
    }

    /** Sends a window. */
    @Setup
    public void begin() {
        policy = policy();
        for (int i = 0; i < WINDOW; i++) {
            entropies[i] = (char) policy.nextEntropy(nowNs);
            nowNs += PACKET_NS;
        }
    }

    /** All paths are good. */
    @Benchmark
    public int sendAndAcknowledge() {
        int slot = (int) (nowNs / PACKET_NS) & WINDOW - 1;
        policy.acknowledged(entropies[slot], nowNs - WINDOW * PACKET_NS, nowNs);
        int entropy = policy.nextEntropy(nowNs);
        entropies[slot] = (char) entropy;
        nowNs += PACKET_NS;
        return entropy;
    }
}
