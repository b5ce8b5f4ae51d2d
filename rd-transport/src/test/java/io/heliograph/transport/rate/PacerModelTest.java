package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random calls to {@link Pacer} and {@link PacerModel} get the same answers. */
class PacerModelTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 2_000;
    private static final long LINE = 400_000_000_000L;

    private final List<FlowSchedule> schedules = new ArrayList<>();
    private SeededRandom random = new SeededRandom(0);
    private int packets;

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 1_000_000})
    void shouldAgreeWithModelInEveryCall(long burstNs) {
        packets = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            run(seed, burstNs);
        }
        assertTrue(packets > SEEDS * STEPS / 8, () -> "hardly anything was sent: " + packets);
    }

    @Test
    void shouldAgreeWithModelWhenTimeBeginsAnywhere() {
        // Also across 0 and the ends of all wheels.
        for (long startNs : new long[] {-1_000, -(1L << 40), 1L << 28, (1L << 40) - 500, (1L << 52) - 500, 1L << 60}) {
            run(startNs, 1_000, startNs);
        }
    }

    private void run(long seed, long burstNs) {
        run(seed, burstNs, seed * 1_000_003);
    }

    private void run(long seed, long burstNs, long startNs) {
        random = new SeededRandom(seed);
        int flows = 1 + random.nextInt(40);
        Pacer pacer = new Pacer(flows, LINE, burstNs);
        PacerModel model = new PacerModel(flows, LINE, burstNs);
        schedules.clear();
        for (int i = 0; i < 8; i++) {
            schedules.add(randomSchedule());
        }
        long nowNs = startNs;
        for (int step = 0; step < STEPS; step++) {
            nowNs = moveTime(pacer, nowNs);
            int flow = random.nextInt(flows);
            String where = "seed=" + seed + " burstNs=" + burstNs + " startNs=" + startNs + " step=" + step;
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> {
                    pacer.activate(flow, nowNs);
                    model.activate(flow, nowNs);
                }
                case 3 -> {
                    pacer.deactivate(flow);
                    model.deactivate(flow);
                }
                case 4 -> {
                    int wireBytes = randomBytes();
                    pacer.sent(flow, wireBytes, nowNs);
                    model.sent(flow, wireBytes, nowNs);
                }
                case 5 -> {
                    FlowSchedule schedule = schedules.get(random.nextInt(schedules.size()));
                    pacer.schedule(flow, schedule, nowNs);
                    model.schedule(flow, schedule, nowNs);
                }
                case 6 -> {
                    long untilNs = nowNs + random.nextInt(1 << 1 + random.nextInt(20));
                    pacer.holdUntil(flow, untilNs);
                    model.holdUntil(flow, untilNs);
                }
                default -> {
                    int next = pacer.nextFlow(nowNs);
                    assertEquals(model.nextFlow(nowNs), next, where);
                    if (next != Pacer.NONE) {
                        int wireBytes = randomBytes();
                        pacer.sent(next, wireBytes, nowNs);
                        model.sent(next, wireBytes, nowNs);
                        assertEquals(model.departureNs(next), pacer.departureNs(next), where);
                        packets++;
                    }
                }
            }
            assertEquals(model.departureNs(flow), pacer.departureNs(flow), where);
            assertEquals(model.isActive(flow), pacer.isActive(flow), where);
        }
    }

    private long moveTime(Pacer pacer, long nowNs) {
        long deadlineNs = pacer.nextDeadlineNs();
        return switch (random.nextInt(12)) {
            case 0 -> nowNs + random.nextInt(1 << random.nextInt(30));
            case 1 -> nowNs - random.nextInt(1 << random.nextInt(20));
            case 2, 3, 4, 5, 6, 7 -> deadlineNs == Long.MAX_VALUE ? nowNs : Math.max(nowNs, deadlineNs);
            default -> nowNs;
        };
    }

    private int randomBytes() {
        return 84 + random.nextInt(1 << 1 + random.nextInt(16)) % (65_536 - 84);
    }

    private FlowSchedule randomSchedule() {
        if (random.nextInt(2) == 0) {
            return FlowSchedule.constant(randomRate());
        }
        int phases = 1 + random.nextInt(6);
        long periodNs = 0;
        List<Phase> list = new ArrayList<>();
        for (int i = 0; i < phases; i++) {
            periodNs += i == 0 && random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(1 << 1 + random.nextInt(22));
            list.add(new Phase(periodNs, i + 1 < phases && random.nextInt(3) == 0 ? 0 : randomRate()));
        }
        periodNs += 1 + random.nextInt(1 << 1 + random.nextInt(22));
        return FlowSchedule.repeating(random.nextInt(1_000_000), periodNs, list);
    }

    private long randomRate() {
        // 100 kbit/s to 400 Gbit/s, every magnitude alike.
        double exponent = random.nextInt(1 << 20) * 0x1p-20;
        return Math.min(LINE, (long) (1e5 * Math.pow(4e6, exponent)));
    }
}
