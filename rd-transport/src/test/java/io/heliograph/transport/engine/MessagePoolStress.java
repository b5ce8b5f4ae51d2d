package io.heliograph.transport.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** jcstress: two engines take messages from the pool of their endpoint and put them back: none is ever with both. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each had its own")
@Outcome(expect = FORBIDDEN, desc = "both had the same message")
@State
public class MessagePoolStress {
    private static final int ROUNDS = 16;

    private final MessagePool pool = new MessagePool(2, true);

    @Actor
    public void engine(II_Result result) {
        result.r1 = strange(1);
    }

    @Actor
    public void otherEngine(II_Result result) {
        result.r2 = strange(2);
    }

    /** How often another's mark was found on a message that is one's own. */
    private int strange(int mark) {
        int strange = 0;
        for (int i = 0; i < ROUNDS; i++) {
            OutboundMessage message = pool.take();
            message.cookie = mark;
            message.msn = i;
            strange += message.cookie != mark || message.msn != i ? 1 : 0;
            Thread.onSpinWait();
            strange += message.cookie != mark || message.msn != i ? 1 : 0;
            pool.recycle(message);
        }
        return strange;
    }
}
