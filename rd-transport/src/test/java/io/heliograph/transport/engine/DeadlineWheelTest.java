package io.heliograph.transport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against a list that is searched from end to end. */
class DeadlineWheelTest {
    private static final int ENTRIES = 300;
    private static final int STEPS = 200_000;
    /** What a list has for an entry that is not filed. */
    private static final long NEVER = Long.MAX_VALUE;

    private static final class Item extends DeadlineWheel.Entry {
        private final int number;

        Item(int number) {
            this.number = number;
        }
    }

    private final DeadlineWheel wheel = new DeadlineWheel();

    @ParameterizedTest
    @ValueSource(longs = {1_000_000_000, 0, -3_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE - 8_000_000_000_000_000L})
    void shouldGiveEntriesNeitherEarlyNorLateWhenFiledMovedAndTakenOut(long startNs) {
        SeededRandom random = new SeededRandom(startNs);
        Item[] items = new Item[ENTRIES];
        long[] filedNs = new long[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            items[i] = new Item(i);
            filedNs[i] = NEVER;
        }
        long nowNs = startNs;
        long filings = 0;
        long looks = 0;
        for (int step = 0; step < STEPS; step++) {
            int i = random.nextInt(ENTRIES);
            switch (random.nextInt(8)) {
                case 0 -> {
                    wheel.remove(items[i]);
                    filedNs[i] = NEVER;
                }
                case 1, 2, 3, 4 -> {
                    // From a nanosecond to hours, and sometimes past.
                    long aheadNs = (random.nextLong() >>> 20 + random.nextInt(43)) - random.nextInt(3);
                    wheel.file(items[i], nowNs + aheadNs, nowNs);
                    filings++;
                    filedNs[i] = Math.min(filedNs[i], nowNs + aheadNs);
                }
                case 5 -> nowNs += random.nextInt(1000);
                case 6 -> nowNs = Math.max(nowNs, wheel.nextNs() == NEVER ? nowNs : wheel.nextNs());
                default -> nowNs += random.nextLong() >>> 24 + random.nextInt(39);
            }
            looks += wheel.nextNs() <= nowNs ? 1 : 0;
            for (Item item = (Item) wheel.take(nowNs); item != null; item = (Item) wheel.take(nowNs)) {
                assertTrue(filedNs[item.number] <= nowNs, "early");
                filedNs[item.number] = NEVER;
            }
            long firstNs = NEVER;
            for (int each = 0; each < ENTRIES; each++) {
                firstNs = Math.min(firstNs, filedNs[each]);
                assertEquals(filedNs[each] != NEVER, items[each].isFiled());
            }
            assertTrue(firstNs > nowNs, "late");
            assertTrue(wheel.nextNs() <= firstNs && wheel.nextNs() > nowNs, "a wrong next time");
            assertEquals(firstNs == NEVER, wheel.nextNs() == NEVER);
        }
        assertTrue(looks <= filings, "more to do than was ever filed");
    }

    @Test
    void shouldKnowNextTimeExactlyWhenNothingWasTakenOut() {
        SeededRandom random = new SeededRandom(7);
        long nowNs = 5;
        long firstNs = NEVER;
        for (int i = 0; i < ENTRIES; i++) {
            long deadlineNs = nowNs + 1 + random.nextInt(1_000_000_000);
            wheel.file(new Item(i), deadlineNs, nowNs);
            firstNs = Math.min(firstNs, deadlineNs);
            assertEquals(firstNs, wheel.nextNs());
        }
        for (int taken = 0; taken < ENTRIES; taken++) {
            nowNs = wheel.nextNs();
            assertNull(wheel.take(nowNs - 1));
            assertTrue(wheel.take(nowNs) != null, "the next time was early");
        }
        assertEquals(NEVER, wheel.nextNs());
    }

    @Test
    void shouldLeaveEntryWhereItIsWhenPutOffAndMoveItWhenBroughtForward() {
        Item item = new Item(0);
        wheel.file(item, 1_000, 0);
        wheel.file(item, 5_000, 10);
        assertEquals(1_000, wheel.nextNs());
        wheel.file(item, 400, 20);
        assertEquals(400, wheel.nextNs());
        assertNull(wheel.take(399));
        assertSame(item, wheel.take(400));
        assertNull(wheel.take(NEVER - 1));
    }

    @Test
    void shouldGiveEachEntryOnceWhenManyAreDueTogether() {
        boolean[] given = new boolean[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            wheel.file(new Item(i), 1L << 40, 0);
        }
        for (int i = 0; i < ENTRIES; i++) {
            Item item = (Item) wheel.take(1L << 40);
            if (item == null) {
                throw new AssertionError("missing after " + i);
            }
            assertFalse(given[item.number]);
            given[item.number] = true;
        }
        assertNull(wheel.take(1L << 40));
    }
}
