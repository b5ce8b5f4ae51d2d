package io.heliograph.transport.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * jcstress: a region is deregistered while duty cycles are using it; once the wait is over, the application uses the memory for something else, which
 * no duty cycle may see or overwrite.
 */
@JCStressTest
@Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "no duty cycle found the region")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "duty cycles used the region while it was registered")
@Outcome(expect = FORBIDDEN, desc = "access after deregistering")
@State
public class DutyCycleStress {
    private static final int CYCLES = 64;
    private static final int REGISTERED = 1;
    private static final int REUSED = 2;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment memory = arena.allocate(Long.BYTES, Long.BYTES);
    private final Regions regions = new Regions(2, new SeededRandom(1));
    private final MemoryRegion region = regions.register(memory, MemoryRegion.REMOTE_WRITE);
    private final DutyCycle cycle = new DutyCycle();

    public DutyCycleStress() {
        NativeMemory.putLong(region.address(), REGISTERED);
    }

    @Actor
    public void engine(II_Result result) {
        for (int i = 0; i < CYCLES; i++) {
            cycle.begin();
            RegionTable table = regions.table();
            int slot = table.find(region.key());
            if (slot != RegionTable.NONE && table.contains(slot, region.address(), Long.BYTES)) {
                result.r1 |= (int) NativeMemory.getLong(region.address());
                NativeMemory.putLong(region.address(), REGISTERED);
            }
            cycle.end();
        }
    }

    @Actor
    public void application() {
        regions.deregister(region);
        cycle.await();
        NativeMemory.putLong(region.address(), REUSED);
    }

    @Arbiter
    public void afterwards(II_Result result) {
        result.r2 = (int) NativeMemory.getLong(region.address());
    }
}
