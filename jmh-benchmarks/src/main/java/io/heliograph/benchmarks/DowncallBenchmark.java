package io.heliograph.benchmarks;

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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call into native code costs before it does anything: libc's {@code labs}, called as an ordinary downcall, as a
 * critical one, and as a critical one through a function pointer that is a {@code long}, the way bursts are called.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("restricted")
public class DowncallBenchmark {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemorySegment LABS = LINKER.defaultLookup().findOrThrow("labs");
    private static final FunctionDescriptor LABS_TYPE =
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

    private static final MethodHandle ORDINARY = LINKER.downcallHandle(LABS, LABS_TYPE);
    private static final MethodHandle CRITICAL = LINKER.downcallHandle(LABS, LABS_TYPE, Linker.Option.critical(false));
    private static final MethodHandle BY_POINTER = LINKER.downcallHandle(LABS_TYPE, Linker.Option.critical(false));

    private final long address = LABS.address();
    private long value = -42;

    /**
     * The floor: the same in Java.
     *
     * @return the magnitude
     */
    @Benchmark
    public long java() {
        return Math.abs(value);
    }

    /**
     * With the thread's state transition.
     *
     * @return the magnitude
     * @throws Throwable never
     */
    @Benchmark
    public long ordinary() throws Throwable {
        return (long) ORDINARY.invokeExact(value);
    }

    /**
     * Without the transition: a garbage collection waits for the call.
     *
     * @return the magnitude
     * @throws Throwable never
     */
    @Benchmark
    public long critical() throws Throwable {
        return (long) CRITICAL.invokeExact(value);
    }

    /**
     * Without the transition, and the target read from a field.
     *
     * @return the magnitude
     * @throws Throwable never
     */
    @Benchmark
    public long criticalByPointer() throws Throwable {
        return (long) BY_POINTER.invokeExact(MemorySegment.ofAddress(address), value);
    }
}
