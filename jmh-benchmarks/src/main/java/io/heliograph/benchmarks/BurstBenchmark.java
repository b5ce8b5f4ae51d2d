package io.heliograph.benchmarks;

import io.heliograph.bindings.dpdk.DeviceConfiguration;
import io.heliograph.bindings.dpdk.DpdkThread;
import io.heliograph.bindings.dpdk.Eal;
import io.heliograph.bindings.dpdk.EalArguments;
import io.heliograph.bindings.dpdk.EthernetDevice;
import io.heliograph.bindings.dpdk.Mempool;
import io.heliograph.bindings.dpdk.MempoolCache;
import io.heliograph.bindings.dpdk.RxQueue;
import io.heliograph.bindings.dpdk.TxQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a burst of 32 costs through Java, beside a native call of the same signature that does nothing ({@code labs}, which does not
 * look at the arguments it does not have): nanoseconds a call, not a packet. {@link DowncallBenchmark} has the other ways to call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings({"restricted", "NullAway.Init"}) // JMH calls open first
public class BurstBenchmark {

    private static final int BURST = 32;
    private static final int MEGABYTES = 256;
    private static final int MBUFS = 8191;
    private static final int CACHE = 256;
    private static final int ROOM_BYTES = 2048;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle BY_POINTER = LINKER.downcallHandle(
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            Linker.Option.critical(false));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment labs = LINKER.defaultLookup().findOrThrow("labs");
    private final long array = arena.allocate(ValueLayout.JAVA_LONG, BURST).address();
    private Eal eal;
    private DpdkThread thread;
    private Mempool pool;
    private MempoolCache cache;
    private EthernetDevice ring;
    private EthernetDevice none;
    private RxQueue ringReceive;
    private RxQueue nullReceive;
    private TxQueue nullTransmit;

    /** Starts DPDK with a ring that stays empty and a device that always has packets. */
    @Setup
    public void open() {
        eal = Eal.start(EalArguments.defaults().withMemoryMegabytes(MEGABYTES));
        thread = eal.registerThread();
        pool = eal.createMempool("benchmark", MBUFS, CACHE, ROOM_BYTES);
        cache = thread.cacheOf(pool);
        ring = start("net_ring0");
        none = start("net_null0");
        ringReceive = ring.receiveQueue(0);
        nullReceive = none.receiveQueue(0);
        nullTransmit = none.transmitQueue(0);
    }

    private EthernetDevice start(String name) {
        EthernetDevice device = eal.addDevice(name);
        device.configure(DeviceConfiguration.defaults(), pool);
        device.start();
        return device;
    }

    /** Stops it. */
    @TearDown
    public void close() {
        for (EthernetDevice device : new EthernetDevice[] {ring, none}) {
            device.stop();
            device.remove();
        }
        thread.close();
        pool.close();
        eal.close();
        arena.close();
    }

    /**
     * The floor: a native call of a burst's signature that does nothing.
     *
     * @return nothing of interest
     * @throws Throwable never
     */
    @Benchmark
    public long emptyCall() throws Throwable {
        return (long) BY_POINTER.invokeExact(labs, array, array, (long) BURST);
    }

    /**
     * A poll that finds nothing.
     *
     * @return 0
     */
    @Benchmark
    public int receiveFromEmptyRing() {
        return ringReceive.receiveBurst(array, BURST);
    }

    /**
     * 32 packets received from net_null, which allocates them, and sent to it, which frees them.
     *
     * @return 32
     */
    @Benchmark
    public int receiveAndTransmitNull() {
        return nullTransmit.transmitBurst(array, nullReceive.receiveBurst(array, BURST));
    }

    /**
     * 32 mbufs out of this thread's cache, made empty packets, and back.
     *
     * @return 0
     */
    @Benchmark
    public int allocateAndFreeCached() {
        int result = cache.allocateBulk(array, BURST);
        cache.freeBulk(array, BURST);
        return result;
    }

    /**
     * The same with the pool's common ring, as threads without a cache do.
     *
     * @return 0
     */
    @Benchmark
    public int allocateAndFreeCommon() {
        int result = pool.allocateBulk(array, BURST);
        pool.freeBulk(array, BURST);
        return result;
    }
}
