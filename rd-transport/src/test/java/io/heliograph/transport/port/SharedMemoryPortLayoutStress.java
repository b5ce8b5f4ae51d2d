package io.heliograph.transport.port;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** jcstress: one side describes the shared memory while the other looks whether it has: it sees nothing, or all of it. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "not written yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the whole description")
@Outcome(expect = FORBIDDEN, desc = "a part of it")
@State
public class SharedMemoryPortLayoutStress {
    private static final LinkLayout LAYOUT = new LinkLayout(1500, 64, 32);

    private final Arena arena = Arena.ofAuto();
    private final long address = arena.allocate(512, LinkLayout.LINE_PAIR_BYTES).address();

    @Actor
    public void creator() {
        SharedMemoryPortLayout.stateRelease(address, 0, SharedMemoryPortLayout.ATTACHED);
        SharedMemoryPortLayout.write(address, LAYOUT);
    }

    @Actor
    public void joiner(I_Result result) {
        if (!SharedMemoryPortLayout.isWritten(address)) {
            return;
        }
        try {
            LinkLayout read = SharedMemoryPortLayout.read(address, Long.MAX_VALUE);
            boolean whole = read.equals(LAYOUT)
                    && SharedMemoryPortLayout.stateAcquire(address, 0) == SharedMemoryPortLayout.ATTACHED;
            result.r1 = whole ? 1 : 2;
        } catch (IllegalArgumentException e) {
            result.r1 = 3;
        }
    }
}
