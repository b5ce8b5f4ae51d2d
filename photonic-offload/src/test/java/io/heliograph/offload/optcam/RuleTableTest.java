package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RuleTableTest {

    private static final TernaryPattern ANY = TernaryPattern.any(64);

    @Test
    void shouldAnswerAsAPlainMatcherDoesWhileItIsChanged() {
        for (int seed = 0; seed < 40; seed++) {
            SeededRandom random = new SeededRandom(seed);
            int width = 1 + random.nextInt(512);
            try (Arena arena = Arena.ofConfined()) {
                RuleTable table = new RuleTable(width, 30, arena);
                long key = arena.allocate(table.keyBytes(), 8).address();
                Map<Integer, TableEntry> model = new TreeMap<>();
                List<TableEntry> pool = RandomTables.entries(width, 60, 1 + random.nextInt(4), random);
                for (int step = 0; step < 200; step++) {
                    change(table, model, pool, random);
                    List<TableEntry> now = List.copyOf(model.values());
                    assertEquals(now, table.entries());
                    RandomTables.key(pool, width, key, random);
                    assertEquals(RandomTables.lookup(now, key), table.lookup(key), "seed=" + seed + " step=" + step);
                }
            }
        }
    }

    private static void change(
            RuleTable table, Map<Integer, TableEntry> model, List<TableEntry> pool, SeededRandom random) {
        TableEntry drawn = pool.get(random.nextInt(pool.size()));
        TableEntry entry = new TableEntry(random.nextInt(40), drawn.pattern(), drawn.result());
        boolean there = model.containsKey(entry.priority());
        if (random.nextInt(3) == 0 && there) {
            table.remove(entry.priority());
            model.remove(entry.priority());
        } else if (there) {
            table.replace(entry);
            model.put(entry.priority(), entry);
        } else if (model.size() < table.capacity()) {
            table.insert(entry);
            model.put(entry.priority(), entry);
        } else {
            table.load(pool.subList(0, 10));
            model.clear();
            pool.subList(0, 10).forEach(each -> model.put(each.priority(), each));
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndStayAsItWas() {
        try (Arena arena = Arena.ofConfined()) {
            RuleTable table = new RuleTable(64, 2, arena);
            table.insert(new TableEntry(5, ANY, 0));
            refused("two entries of one priority: priority=5", () -> table.insert(new TableEntry(5, ANY, 1)));
            refused("no entry of that priority: priority=6", () -> table.replace(new TableEntry(6, ANY, 1)));
            refused("no entry of that priority: priority=6", () -> table.remove(6));
            refused("width=63 table=64", () -> table.insert(new TableEntry(6, TernaryPattern.any(63), 1)));
            table.insert(new TableEntry(7, ANY, 1));
            refused("table is full: capacity=2 entries=3", () -> table.insert(new TableEntry(8, ANY, 1)));
            refused(
                    "table is full: capacity=2 entries=3",
                    () -> table.load(
                            List.of(new TableEntry(1, ANY, 1), new TableEntry(2, ANY, 1), new TableEntry(3, ANY, 1))));
            refused(
                    "two entries of one priority: priority=1",
                    () -> table.load(List.of(new TableEntry(1, ANY, 1), new TableEntry(1, ANY, 1))));
            refused("result=-1", () -> new TableEntry(1, ANY, -1));
            refused("capacity=0", () -> new RuleTable(64, 0, arena));
            refused("width=513", () -> new RuleTable(513, 1, arena));
            assertEquals(2, table.version());
            assertEquals(2, table.entries().size());
        }
    }

    private static void refused(String message, Runnable what) {
        String said =
                String.valueOf(assertThrows(RuntimeException.class, what::run).getMessage());
        assertTrue(said.contains(message), said);
    }

    @Test
    void shouldAllocateNothingForALookup() {
        try (Arena arena = Arena.ofConfined()) {
            SeededRandom random = new SeededRandom(3);
            List<TableEntry> entries = RandomTables.entries(464, 50, 2, random);
            RuleTable table = new RuleTable(464, 50, arena);
            table.load(entries);
            long key = arena.allocate(table.keyBytes(), 8).address();
            RandomTables.key(entries, 464, key, random);
            int[] sum = new int[1];
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int k = 0; k < 10_000; k++) {
                    sum[0] += table.lookup(key);
                }
            }));
        }
    }

    /**
     * The rule that matches changes its place with each version, and its result is the version's number. So a lookup that saw parts of two versions may find none, and one that saw a version out of its time
     * gives a number that was not in force between its begin and its end.
     */
    @Test
    void shouldGiveOneVersionsAnswerWhenRulesChangeMeanwhile() throws InterruptedException {
        int versions = 20_000;
        int entries = 24;
        TernaryPattern never = ANY.withField(63, 1, 1);
        try (Arena arena = Arena.ofShared()) {
            RuleTable table = new RuleTable(64, entries, arena);
            long key = arena.allocate(8, 8).address();
            table.load(version(1, entries, never));
            AtomicBoolean done = new AtomicBoolean();
            AtomicReference<String> broken = new AtomicReference<>();
            List<Thread> readers = new ArrayList<>();
            for (int k = 0; k < 2; k++) {
                readers.add(Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        long before = table.version();
                        int found = table.lookup(key);
                        long after = table.version();
                        if (found < before || found > after) {
                            broken.set("before=" + before + " found=" + found + " after=" + after);
                        }
                    }
                }));
            }
            for (int version = 2; version <= versions && broken.get() == null; version++) {
                table.load(version(version, entries, never));
            }
            done.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertNull(broken.get());
        }
    }

    private static List<TableEntry> version(int version, int entries, TernaryPattern never) {
        List<TableEntry> rules = new ArrayList<>();
        for (int k = 0; k < entries; k++) {
            boolean matches = k == version * 7 % entries;
            rules.add(new TableEntry(k, matches ? ANY : never, version));
        }
        return rules;
    }
}
