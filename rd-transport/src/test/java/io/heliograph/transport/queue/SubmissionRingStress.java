package io.heliograph.transport.queue;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** jcstress: requests through a ring of two entries, so that a new one overwrites what the reader may just have looked at. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing came in time")
@Outcome(id = "[1-9][0-9]*", expect = ACCEPTABLE, desc = "as many whole ones, in order")
@Outcome(expect = FORBIDDEN, desc = "a torn, lost or repeated one")
@State
public class SubmissionRingStress {
    private static final int ATTEMPTS = 48;
    private static final int TORN = -1;
    private static final int OUT_OF_ORDER = -2;

    private final Arena arena = Arena.ofAuto();
    private final SubmissionRing ring = new SubmissionRing(arena, 2);

    @Actor
    public void writer() {
        int value = 1;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (ring.offer(false, false, value, value, value, value, value, value, value, value, value)) {
                value++;
            }
        }
    }

    @Actor
    public void reader(I_Result result) {
        int last = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            long entry = ring.peek();
            if (entry != 0) {
                int value = valueOf(entry);
                ring.advance();
                if (value != last + 1) {
                    result.r1 = value == TORN ? TORN : OUT_OF_ORDER;
                    return;
                }
                last = value;
            }
        }
        result.r1 = last;
    }

    /** The value that all fields of a request have. */
    private static int valueOf(long entry) {
        int value = SubmissionRing.peer(entry);
        boolean whole = SubmissionRing.queue(entry) == value
                && SubmissionRing.localAddress(entry) == value
                && SubmissionRing.localKey(entry) == value
                && SubmissionRing.lengthBytes(entry) == value
                && SubmissionRing.remoteAddress(entry) == value
                && SubmissionRing.remoteKey(entry) == value
                && SubmissionRing.immediate(entry) == value
                && SubmissionRing.cookie(entry) == value;
        return whole ? value : TORN;
    }
}
