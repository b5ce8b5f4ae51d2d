package io.heliograph.benchmarks.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.transport.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoundsTest {
    private static final long STEP_NS = 10;

    private long nowNs;
    /** Goes on by a step whenever it is looked at. */
    private final Clock clock = () -> nowNs += STEP_NS;

    private final StringBuilder done = new StringBuilder();

    /** What these do in a job of one rank: a letter for each time. */
    private String warm(long budgetNs) {
        try (JobCommunicator job =
                JobCommunicator.open(0, 1, List::of, CommunicatorConfig.DEFAULT, JobTransport.DIRECT)) {
            new Rounds(job.communicator(), clock)
                    .warm(budgetNs, List.of(() -> done.append('a'), () -> done.append('b')));
        }
        return done.toString();
    }

    @Test
    void shouldWarmAllInTurns() {
        String all = warm(100_000);
        int turns = all.split("ba", -1).length;
        assertTrue(turns > 10, () -> turns + " turns in " + all);
        assertEquals(all.replaceAll("b", "").length(), all.length() / 2.0, all.length() / 20.0);
    }

    @Test
    void shouldWarmEachOnceWhereThereIsNoTime() {
        assertEquals("ab", warm(0));
    }
}
