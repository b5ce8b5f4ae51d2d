package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TablePacedTest extends RatePolicyContractTest {
    private static final long BURST_NS = 10_000;
    private static final long GIGABIT = 1_000_000_000L;

    private final RateTables tables = new RateTables(NODE, LINE);

    @Override
    RatePolicy newPolicy() {
        tables.replace(table(0, 8 * GIGABIT));
        return new TablePaced(tables, FLOWS, 1, BURST_NS);
    }

    private static RateTable.Builder builder(long startNs, long rate) {
        RateTable.Builder builder = RateTable.builder(LINE).startNs(startNs);
        for (int flow = 0; flow < FLOWS; flow++) {
            builder.flow(NODE, peer(flow), 0, rate);
        }
        return builder;
    }

    private static RateTable table(long startNs, long rate) {
        return builder(startNs, rate).build();
    }

    private TablePaced policy(int engines) {
        TablePaced policy = new TablePaced(tables, FLOWS, engines, BURST_NS);
        for (int flow = 0; flow < FLOWS; flow++) {
            policy.addFlow(flow, peer(flow), 0, 0);
        }
        return policy;
    }

    /** Packets of 1,000 bytes that all active flows send in a time. */
    private static int run(TablePaced policy, long fromNs, long toNs) {
        int packets = 0;
        for (long nowNs = fromNs; nowNs < toNs; ) {
            policy.onDutyCycle(nowNs);
            int flow = policy.nextFlow(nowNs);
            if (flow == RatePolicy.NONE) {
                nowNs = Math.max(nowNs + 1, policy.nextDeadlineNs());
            } else {
                policy.onSent(flow, 1_000, nowNs);
                packets++;
                // As fast as a port that nothing limits.
                nowNs += policy.isPaced() ? 0 : 1;
            }
        }
        return packets;
    }

    @Test
    void shouldSendAtLineRateUntilTableIsLoadedAndAfterItIsTakenAway() {
        TablePaced policy = policy(1);
        policy.activate(0, 0);
        assertEquals(1_000, run(policy, 0, 1_000), "one a nanosecond");
        assertFalse(policy.isPaced());
        tables.replace(table(0, 8 * GIGABIT));
        assertEquals(1_000, run(policy, 1_000, 1_000_900), "one a microsecond");
        assertTrue(policy.isPaced());
        tables.replace(null);
        assertEquals(1_000, run(policy, 1_000_900, 1_001_900));
        assertFalse(policy.isPaced());
    }

    @Test
    void shouldTurnToTableWhenItStarts() {
        TablePaced policy = policy(1);
        policy.activate(0, 0);
        tables.replace(table(0, 8 * GIGABIT));
        assertEquals(1_000, run(policy, 0, 1_000_000));
        tables.replace(table(3_000_000, GIGABIT));
        assertEquals(2_000, run(policy, 1_000_000, 3_000_000), "the old one until the new one starts");
        assertEquals(250, run(policy, 3_000_000, 5_000_000));
    }

    @Test
    void shouldAskToRunWhenTableStarts() {
        TablePaced policy = policy(1);
        policy.onDutyCycle(10);
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
        tables.replace(table(7_000, GIGABIT));
        assertEquals(7_000, policy.nextDeadlineNs());
        policy.onDutyCycle(6_999);
        assertFalse(policy.isPaced());
        policy.onDutyCycle(7_000);
        assertTrue(policy.isPaced());
        assertEquals(Long.MAX_VALUE, policy.nextDeadlineNs());
    }

    @Test
    void shouldNotBurstWhenTablesAreReplacedAllTheTime() {
        TablePaced policy = policy(1);
        policy.activate(0, 0);
        int packets = 0;
        // Every 10 us another table of 1 or 8 Gbit/s in turns: 4.5 Gbit/s.
        for (int i = 0; i < 1_000; i++) {
            tables.replace(table(0, i % 2 == 0 ? GIGABIT : 8 * GIGABIT));
            packets += run(policy, i * 10_000L, (i + 1) * 10_000L);
        }
        assertEquals(4.5e9 * 10e-3 / 8_000, packets, 2);
    }

    @Test
    void shouldTakeItsPartOfRatesWhenEnginesShareTheNode() {
        tables.replace(table(0, 8 * GIGABIT));
        TablePaced policy = policy(4);
        policy.activate(0, 0);
        assertEquals(250, run(policy, 0, 1_000_000));
        tables.replace(RateTable.builder(LINE).build());
        for (int flow = 1; flow < FLOWS; flow++) {
            policy.activate(flow, 1_000_000);
        }
        assertEquals(3_125, run(policy, 1_000_000, 2_000_000), 1, "a quarter of the line for all");
    }

    @Test
    void shouldCountFlowsOfUnknownPeersAndOfOtherNodes() {
        tables.replace(builder(0, GIGABIT)
                .flow(NODE, peer(100), 0, GIGABIT)
                .flow(NODE, peer(0), 1, GIGABIT)
                .flow(peer(1), NODE, 0, GIGABIT)
                .flow(peer(1), peer(2), 0, GIGABIT)
                .flow(peer(1), peer(3), 0, GIGABIT)
                .build());
        TablePaced policy = new TablePaced(tables, FLOWS + 2, 1, BURST_NS);
        policy.onDutyCycle(0);
        assertEquals(FLOWS + 2, policy.unknownFlows(), "nobody is known yet");
        assertEquals(3, policy.foreignFlows());
        for (int flow = 0; flow < FLOWS; flow++) {
            policy.addFlow(flow, peer(flow), 0, 0);
        }
        assertEquals(2, policy.unknownFlows());
        policy.addFlow(FLOWS, peer(100), 0, 0);
        policy.addFlow(FLOWS + 1, peer(99), 0, 0);
        assertEquals(1, policy.unknownFlows(), "one that the table does not list changes nothing");
        tables.replace(table(0, GIGABIT));
        policy.onDutyCycle(1);
        assertEquals(0, policy.unknownFlows());
        assertEquals(0, policy.foreignFlows());
    }

    @Test
    void shouldPaceFlowThatIsAddedWhileTableIsInForce() {
        tables.replace(table(0, 8 * GIGABIT));
        TablePaced policy = new TablePaced(tables, FLOWS, 1, BURST_NS);
        policy.onDutyCycle(0);
        policy.addFlow(4, peer(4), 0, 0);
        policy.activate(4, 0);
        assertEquals(100, run(policy, 0, 100_000));
    }

    @Test
    void shouldLeaveTrafficAloneWhenTableIsRefused() {
        RateTable good = table(0, 8 * GIGABIT);
        tables.replace(good);
        TablePaced policy = policy(1);
        policy.activate(0, 0);
        run(policy, 0, 1_000_000);
        RateTable tooFast = RateTable.builder(2 * LINE)
                .flow(peer(1), NODE, 0, 2 * LINE)
                .flow(NODE, peer(0), 0, LINE + 1)
                .build();
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> tables.replace(tooFast))
                .getMessage());
        assertTrue(message.contains("flow=198.18.0.1->198.18.1.0/0 rateBitsPerSecond=100000000001"), message);
        assertSame(good, tables.current());
        assertEquals(1_000, run(policy, 1_000_000, 2_000_000));
    }

    @Test
    @Timeout(60)
    void shouldTakeWholeTablesWhenAnotherThreadReplacesThem() throws InterruptedException {
        RateTable one = table(0, GIGABIT);
        RateTable other = builder(0, 8 * GIGABIT)
                .flow(NODE, peer(100), 0, GIGABIT)
                .flow(NODE, peer(101), 0, GIGABIT)
                .flow(peer(1), NODE, 0, GIGABIT)
                .build();
        tables.replace(one);
        TablePaced policy = policy(1);
        policy.activate(0, 0);
        AtomicBoolean stop = new AtomicBoolean();
        Thread loader = new Thread(() -> {
            while (!stop.get()) {
                tables.replace(other);
                tables.replace(one);
            }
        });
        loader.start();
        try {
            long packets = 0;
            int changes = 0;
            int foreign = 0;
            int cycles = 0;
            while (changes < 1_000 || cycles < 100_000) {
                long nowNs = cycles++ * 100L;
                policy.onDutyCycle(nowNs);
                changes += policy.foreignFlows() == foreign ? 0 : 1;
                foreign = policy.foreignFlows();
                assertTrue(foreign == 0 || foreign == 1, () -> "foreign flows: " + policy.foreignFlows());
                assertEquals(2 * foreign, policy.unknownFlows());
                if (policy.nextFlow(nowNs) == 0) {
                    policy.onSent(0, 1_000, nowNs);
                    packets++;
                }
            }
            double seconds = cycles * 100e-9;
            assertTrue(packets > 0.99 * seconds * GIGABIT / 8_000 - 2, "slower than the slower table: " + packets);
            assertTrue(packets < seconds * GIGABIT / 1_000 + 12, "faster than the faster one and a burst: " + packets);
        } finally {
            stop.set(true);
            loader.join();
        }
    }

    @Test
    void shouldCountFlowsThatNoEngineSendsToWhateverEngineKnowsThem() {
        assertEquals(0, tables.unknownFlows(), "no table");
        tables.replace(builder(0, GIGABIT)
                .flow(peer(0), NODE, 0, GIGABIT) // not this node's
                .build());
        assertEquals(0, tables.unknownFlows(), "nobody obeys the table");
        TablePaced first = new TablePaced(tables, FLOWS, 2, BURST_NS);
        TablePaced second = new TablePaced(tables, FLOWS, 2, BURST_NS);
        assertEquals(FLOWS, tables.unknownFlows());
        first.addFlow(0, peer(0), 0, 0);
        second.addFlow(0, peer(0), 0, 0);
        assertEquals(FLOWS - 1, tables.unknownFlows(), "both know the same");
        second.addFlow(1, peer(1), 0, 0);
        assertEquals(FLOWS - 2, tables.unknownFlows(), "one is enough");
        second.addFlow(2, peer(2), 5, 0);
        assertEquals(FLOWS - 2, tables.unknownFlows(), "of another class");
        tables.replace(null);
        assertEquals(0, tables.unknownFlows());
    }
}
