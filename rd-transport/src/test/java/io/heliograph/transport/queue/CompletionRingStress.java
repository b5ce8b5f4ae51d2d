package io.heliograph.transport.queue;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** jcstress: completions through a ring of two entries; one is put only where the reader gave an entry back. */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing came in time")
@Outcome(id = "[1-9][0-9]*", expect = ACCEPTABLE, desc = "as many whole ones, in order")
@Outcome(expect = FORBIDDEN, desc = "a torn, lost or repeated one")
@State
public class CompletionRingStress implements CompletionHandler {
    private static final int ATTEMPTS = 48;
    private static final int TORN = -1;
    private static final int OUT_OF_ORDER = -2;

    private final Arena arena = Arena.ofAuto();
    private final CompletionRing ring = new CompletionRing(arena, 2);
    private int last;
    private int failure;

    @Actor
    public void writer() {
        int value = 1;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (ring.unread() < ring.capacity()) {
                ring.put(value, value, value, value, value, value, value);
                value++;
            }
        }
    }

    @Actor
    public void reader(I_Result result) {
        for (int i = 0; i < ATTEMPTS && failure == 0; i++) {
            ring.poll(this, 2);
        }
        result.r1 = failure == 0 ? last : failure;
    }

    @Override
    public void onCompletion(Completion completion) {
        int value = completion.kind();
        boolean whole = completion.status() == value
                && completion.peer() == value
                && completion.queue() == value
                && completion.cookie() == value
                && completion.immediate() == value
                && completion.lengthBytes() == value;
        if (!whole) {
            failure = TORN;
        } else if (value != last + 1) {
            failure = OUT_OF_ORDER;
        }
        last = value;
    }
}
