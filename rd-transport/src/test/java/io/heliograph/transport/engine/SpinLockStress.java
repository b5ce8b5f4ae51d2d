package io.heliograph.transport.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** jcstress: two engines count under the lock of a peer: none overwrites what the other counted. */
@JCStressTest
@Outcome(id = "64", expect = ACCEPTABLE, desc = "every step counted")
@Outcome(expect = FORBIDDEN, desc = "a step was lost: both were inside")
@State
public class SpinLockStress {
    private static final int STEPS = 32;

    private final SpinLock lock = new SpinLock(true);
    private int count;

    @Actor
    public void engine() {
        step();
    }

    @Actor
    public void otherEngine() {
        step();
    }

    private void step() {
        for (int i = 0; i < STEPS; i++) {
            lock.lock();
            count++;
            lock.unlock();
        }
    }

    @Arbiter
    public void afterwards(I_Result result) {
        result.r1 = count;
    }
}
