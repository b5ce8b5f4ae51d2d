package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds the calling thread of a rank to a processor of its own, as mpirun's {@code --bind-to core} does: where two ranks that wait for each other share a processor they go on by time slices, and the kernel may leave
 * it so for seconds with another processor idle. Threads that run already, such as the compiler's, stay free.
 *
 * <p>Which processor is by the rank's place on its machine, among those that it may use. Where the launcher does not say that place, or there are fewer processors than ranks, or it bound the process to one already,
 * nothing is done.
 */
final class Binding implements AutoCloseable {
    /** The option's value for it. */
    static final String CORE = "core";
    /** The option's value for none. */
    static final String NONE = "none";

    private static final String LOCAL_RANK = "LOCAL_RANK";
    private static final String LOCAL_RANKS = "LOCAL_WORLD_SIZE";

    private static final int NO_CPU = -1;

    private final String description;
    private final int cpu;
    private CpuAffinity.@Nullable Pinned pinned;

    private Binding(String description, int cpu) {
        this.description = description;
        this.cpu = cpu;
    }

    /** To no processor, for a reason. */
    static Binding none(String why) {
        return new Binding("none: " + why, NO_CPU);
    }

    /** To a processor of its own, for the rank whose launcher made this environment. */
    static Binding toCore(Map<String, String> environment) {
        int place = number(environment.get(LOCAL_RANK));
        int ranks = number(environment.get(LOCAL_RANKS));
        if (place < 0 || ranks <= place) {
            return none("the launcher sets no " + LOCAL_RANK + " and " + LOCAL_RANKS);
        }
        try {
            BitSet allowed = CpuAffinity.get();
            int cpu = cpu(allowed, place, ranks);
            return cpu == NO_CPU
                    ? none(ranks + " ranks on this machine may use processors " + allowed)
                    : new Binding("processor " + cpu, cpu);
        } catch (EnvironmentException e) {
            return none(String.valueOf(e.getMessage()));
        }
    }

    /** Binds the calling thread, until it closes this. */
    void begin() {
        if (cpu != NO_CPU) {
            pinned = CpuAffinity.pin(cpu);
        }
    }

    /** The processor for a place among so many ranks; negative if each cannot have its own. */
    static int cpu(BitSet allowed, int place, int ranks) {
        if (allowed.cardinality() < ranks) {
            return NO_CPU;
        }
        int cpu = allowed.nextSetBit(0);
        for (int i = 0; i < place; i++) {
            cpu = allowed.nextSetBit(cpu + 1);
        }
        return cpu;
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : -1;
    }

    /** For people. */
    String describe() {
        return description;
    }

    /** The thread may run where it could before. */
    @Override
    public void close() {
        if (pinned != null) {
            pinned.close();
        }
    }
}
