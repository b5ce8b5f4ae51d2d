package io.heliograph.transport.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.transport.EndpointCounter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** jcstress: a counter is read while it grows by a number with bits in both halves: no torn value, and none that goes back. */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 4294967297", "0, 8589934594", "4294967297, 4294967297"},
        expect = ACCEPTABLE,
        desc = "grows")
@Outcome(
        id = {"4294967297, 8589934594", "8589934594, 8589934594"},
        expect = ACCEPTABLE,
        desc = "grows")
@Outcome(expect = FORBIDDEN, desc = "a torn value, or one that goes back")
@State
public class CountersStress {
    private static final long AMOUNT = 0x1_0000_0001L;

    private final Counters counters = new Counters();

    @Actor
    public void engine() {
        counters.add(EndpointCounter.DATA_SENT, AMOUNT);
        counters.add(EndpointCounter.DATA_SENT, AMOUNT);
    }

    @Actor
    public void observer(JJ_Result result) {
        result.r1 = counters.get(EndpointCounter.DATA_SENT);
        result.r2 = counters.get(EndpointCounter.DATA_SENT);
    }
}
