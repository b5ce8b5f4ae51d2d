package io.heliograph.benchmarks.samehost;

import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Our contender, two processes on two processors: WRITEs through {@link SharedMemoryEndpoint}. The target checks the bytes of every size
 * ({@code wrong}). Round trips are of two kinds: as ucx_perftest's put_lat and the MPI and libfabric contenders measure, where the
 * receiver looks at its memory ({@code p50}), and by WRITE-with-IMM ({@code imm-p50}).
 */
public final class Direct {
    private static final int LARGEST_BYTES = 16 << 20;
    /** Behind the data: where the ping-pong's word lands. */
    private static final int BALL = LARGEST_BYTES;

    private static final int MEMORY_BYTES = LARGEST_BYTES + 4096;
    private static final int ROUND_TRIPS = 50_000;
    private static final int WARM_ROUND_TRIPS = 50_000;
    private static final int BURST = 64;

    private final SharedMemoryEndpoint endpoint;
    private final MemorySegment memory;
    private final MemorySegment outgoing;
    private final MemoryRegion region;
    private final MemoryRegion source;
    private final int peer;
    private final CompletionHandler handler = this::see;
    private long remoteAddress;
    private int remoteKey;
    private long completed;
    private long immediates;
    private int lastImmediate;

    private Direct(SharedMemoryEndpoint endpoint, Arena arena, boolean target) {
        this.endpoint = endpoint;
        memory = endpoint.allocate(MEMORY_BYTES);
        region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
        outgoing = arena.allocate(MEMORY_BYTES, 4096);
        source = endpoint.register(outgoing, 0);
        peer = endpoint.addPeer(address(!target));
    }

    /**
     * Runs it; the initiator starts the target.
     *
     * @param args a domain and the seconds for each rate and bandwidth; the target gets the domain alone
     */
    public static void main(String... args) throws Exception {
        boolean target = args.length == 1;
        EndpointConfig config = EndpointConfig.of(address(target)).withMaxPeers(4);
        try (Arena arena = Arena.ofConfined();
                var _ = CpuAffinity.pin(target ? 1 : 0);
                SharedMemoryEndpoint endpoint = SharedMemoryEndpoint.open(
                        config, SystemClock.INSTANCE, new SecureRandom()::nextLong, args[0], 2L * MEMORY_BYTES)) {
            Direct end = new Direct(endpoint, arena, target);
            if (target) {
                end.meet(System.in, System.out);
                end.serve();
            } else {
                Process child = startTarget(args[0]);
                end.meet(child.getInputStream(), child.getOutputStream());
                end.measure(Double.parseDouble(args[1]));
                child.waitFor();
            }
        }
    }

    private static Process startTarget(String domain) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Direct.class.getName(), domain));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Tells the other where our memory is, and hears where its is. */
    private void meet(InputStream in, OutputStream out) throws IOException {
        DataOutputStream ours = new DataOutputStream(out);
        ours.writeLong(region.address());
        ours.writeInt(region.key());
        ours.flush();
        DataInputStream theirs = new DataInputStream(in);
        remoteAddress = theirs.readLong();
        remoteKey = theirs.readInt();
    }

    private static IpAddress address(boolean target) {
        return IpAddress.parse(target ? "198.18.0.1" : "198.18.0.2");
    }

    private void see(Completion completion) {
        if (completion.status() != CompletionStatus.SUCCESS) {
            throw new IllegalStateException(CompletionStatus.describe(completion.status()));
        }
        if (completion.kind() == Completion.IMMEDIATE) {
            immediates++;
            lastImmediate = completion.immediate();
        } else {
            completed++;
        }
    }

    private void measure(double seconds) {
        for (int bytes : Measure.SMALL_BYTES) {
            check(bytes, "rate", Measure.best(seconds, () -> burst(BURST, bytes)) / 1e6);
        }
        for (int bytes : Measure.LARGE_BYTES) {
            int burst = bytes <= 65_536 ? 16 : 1;
            check(bytes, "bw", Measure.best(seconds, () -> burst(burst, bytes)) * bytes / 1e9);
        }
        tell(0);
        byMemory(0, WARM_ROUND_TRIPS, true);
        Measure.printHalves("", 8, byMemory(WARM_ROUND_TRIPS, ROUND_TRIPS, true));
        long before = immediates;
        byImmediate(before, WARM_ROUND_TRIPS, true);
        Measure.printHalves("imm-", 8, byImmediate(before + WARM_ROUND_TRIPS, ROUND_TRIPS, true));
    }

    private void serve() {
        for (int i = 0; i < Measure.SMALL_BYTES.length + Measure.LARGE_BYTES.length; i++) {
            int bytes = awaitImmediate();
            long wrong = 0;
            for (long at = 0; at < bytes; at++) {
                wrong += NativeMemory.getByte(region.address() + at) == (byte) (bytes >>> 3 | 1) ? 0 : 1;
            }
            memory.fill((byte) 0);
            tell((int) wrong);
        }
        awaitImmediate();
        long before = immediates;
        byMemory(0, WARM_ROUND_TRIPS, false);
        byMemory(WARM_ROUND_TRIPS, ROUND_TRIPS, false);
        byImmediate(before, WARM_ROUND_TRIPS, false);
        byImmediate(before + WARM_ROUND_TRIPS, ROUND_TRIPS, false);
    }

    private void check(int bytes, String metric, double value) {
        outgoing.asSlice(0, bytes).fill((byte) (bytes >>> 3 | 1));
        burst(1, bytes);
        tell(bytes);
        Measure.print(metric, bytes, value);
        Measure.print("wrong", bytes, awaitImmediate());
    }

    private int burst(int count, int bytes) {
        long goal = completed + count;
        for (int i = 0; i < count; i++) {
            post(endpoint.write(0, peer, source, 0, bytes, remoteAddress, remoteKey, i));
        }
        while (completed < goal) {
            if (endpoint.poll(handler, BURST) == 0) {
                endpoint.doWork();
            }
        }
        return count;
    }

    private void tell(int immediate) {
        long goal = completed + 1;
        post(endpoint.writeImm(0, peer, source, 0, 0, remoteAddress, remoteKey, immediate, true, 0));
        while (completed < goal) {
            turn();
        }
    }

    private int awaitImmediate() {
        long goal = immediates + 1;
        while (immediates < goal) {
            turn();
        }
        return lastImmediate;
    }

    private void turn() {
        endpoint.doWork();
        endpoint.poll(handler, BURST);
    }

    private static void post(int code) {
        if (code != Post.OK) {
            throw new IllegalStateException(Post.describe(code));
        }
    }

    /** From ball to ball at the first side, which looks at the clock while the ball is under way. */
    private long[] byMemory(long before, int count, boolean first) {
        long[] roundTripsNs = new long[count];
        long ball = region.address() + BALL;
        long from = source.address() + BALL;
        long lastNs = SystemClock.INSTANCE.nowNs();
        for (int i = 0; i < count; i++) {
            if (!first) {
                awaitWord(ball, before + i + 1);
            }
            NativeMemory.putLong(from, before + i + 1);
            post(endpoint.write(0, peer, source, BALL, 8, remoteAddress + BALL, remoteKey, 0));
            if (first) {
                long nowNs = SystemClock.INSTANCE.nowNs();
                roundTripsNs[i] = nowNs - lastNs;
                lastNs = nowNs;
            }
            endpoint.poll(handler, BURST);
            if (first) {
                awaitWord(ball, before + i + 1);
            }
        }
        return roundTripsNs;
    }

    private void awaitWord(long address, long value) {
        int spins = 0;
        while (NativeMemory.getLongAcquire(address) != value) {
            Thread.onSpinWait();
            if (++spins % 1024 == 0) {
                turn();
            }
        }
    }

    private long[] byImmediate(long before, int count, boolean first) {
        long[] roundTripsNs = new long[count];
        long goal = before;
        long lastNs = SystemClock.INSTANCE.nowNs();
        for (int i = 0; i < count; i++) {
            goal++;
            if (!first) {
                awaitCount(goal);
            }
            post(endpoint.writeImm(0, peer, source, BALL, 8, remoteAddress + BALL, remoteKey, i, false, 0));
            if (first) {
                long nowNs = SystemClock.INSTANCE.nowNs();
                roundTripsNs[i] = nowNs - lastNs;
                lastNs = nowNs;
                awaitCount(goal);
            }
        }
        return roundTripsNs;
    }

    private void awaitCount(long goal) {
        int spins = 0;
        while (immediates < goal) {
            if (endpoint.poll(handler, BURST) == 0) {
                Thread.onSpinWait();
            }
            if (++spins % 1024 == 0) {
                endpoint.doWork();
            }
        }
    }
}
