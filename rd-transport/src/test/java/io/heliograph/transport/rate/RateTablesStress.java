package io.heliograph.transport.rate;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.transport.IpAddress;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** jcstress: the application replaces the rate table while an engine looks: it finds a whole one, and never an older one after a newer. */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 0, 1", "0, 0, 2", "0, 1, 1", "0, 1, 2", "0, 2, 2"},
        expect = ACCEPTABLE,
        desc = "none at first")
@Outcome(
        id = {"1, 1, 1", "1, 1, 2", "1, 2, 2", "2, 2, 2"},
        expect = ACCEPTABLE,
        desc = "one after the other")
@Outcome(expect = FORBIDDEN, desc = "half a table, or one that comes back")
@State
public class RateTablesStress {
    private static final long LINE_RATE = 1_000_000;
    private static final int HALF = -1;
    private static final IpAddress NODE = IpAddress.ofIpv4(0xC612_0001);
    private static final IpAddress PEER = IpAddress.ofIpv4(0xC612_0002);

    private final RateTables tables = new RateTables(NODE, LINE_RATE);

    @Actor
    public void application() {
        tables.replace(table(1));
        tables.replace(table(2));
    }

    @Actor
    public void engine(III_Result result) {
        result.r1 = version(tables.current());
        result.r2 = version(tables.current());
        result.r3 = version(tables.current());
    }

    private static RateTable table(int version) {
        return RateTable.builder(LINE_RATE)
                .startNs(version)
                .flow(NODE, PEER, 0, version * 10_000L)
                .build();
    }

    private static int version(@Nullable RateTable table) {
        if (table == null) {
            return 0;
        }
        FlowSchedule schedule = table.find(new FlowKey(NODE, PEER, 0));
        boolean whole = schedule != null && schedule.peakRate() == table.startNs() * 10_000;
        return whole ? (int) table.startNs() : HALF;
    }
}
