package io.heliograph.offload.servetime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

final class CoreScheduleTest {

    /** Each product to the next core, one after the other. */
    @Test
    void shouldDealAsOneWouldByHand() {
        for (long seed = 1; seed <= 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int cores = 1 + random.nextInt(40);
            CoreSchedule schedule = new CoreSchedule(cores);
            double[] free = new double[cores];
            int next = 0;
            double now = 0;
            for (int layer = 0; layer < 60; layer++) {
                now += random.nextInt(3) == 0 ? random.nextInt(300) : 0;
                int products = 1 + random.nextInt(3 * cores);
                int length = 1 + random.nextInt(20);
                double last = now;
                for (int product = 0; product < products; product++) {
                    free[next] = Math.max(now, free[next]) + length;
                    last = Math.max(last, free[next]);
                    next = (next + 1) % cores;
                }
                assertEquals(last, schedule.deal(now, products, length), "seed=" + seed + " layer=" + layer);
            }
        }
    }
}
