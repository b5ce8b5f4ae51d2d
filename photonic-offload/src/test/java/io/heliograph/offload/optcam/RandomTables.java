package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/** Random rules, and keys near them; and the plainest way to look a key up. */
final class RandomTables {

    private RandomTables() {}

    /** Rules of which the more bits matter the smaller {@code ofEither} is: one bit in so many matters not. */
    static List<TableEntry> entries(int width, int count, int ofEither, SeededRandom random) {
        List<TableEntry> entries = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            TernaryPattern pattern = TernaryPattern.any(width);
            for (int bit = 0; bit < width; bit++) {
                if (random.nextInt(ofEither) != 0) {
                    pattern = pattern.withField(bit, 1, random.nextInt(2));
                }
            }
            entries.add(new TableEntry(k, pattern, 1000 + random.nextInt(50)));
        }
        return entries;
    }

    /** A key that a random rule matches, or, as often, one that differs from it in one to three places. */
    static void key(List<TableEntry> entries, int width, long key, SeededRandom random) {
        TernaryPattern pattern = entries.get(random.nextInt(entries.size())).pattern();
        for (int bit = 0; bit < width; bit++) {
            put(key, bit, pattern.bit(bit) == TernaryPattern.EITHER ? random.nextInt(2) : pattern.bit(bit));
        }
        for (int turns = random.nextInt(2) * (1 + random.nextInt(3)); turns > 0; turns--) {
            int bit = random.nextInt(width);
            put(key, bit, 1 - get(key, bit));
        }
    }

    static int get(long key, int bit) {
        return NativeMemory.getByte(key + bit / 8) >> 7 - bit % 8 & 1;
    }

    static void put(long key, int bit, int value) {
        int others = NativeMemory.getByte(key + bit / 8) & ~(1 << 7 - bit % 8);
        NativeMemory.putByte(key + bit / 8, (byte) (others | value << 7 - bit % 8));
    }

    static int differing(TernaryPattern pattern, long key) {
        int differing = 0;
        for (int bit = 0; bit < pattern.width(); bit++) {
            differing += pattern.bit(bit) != TernaryPattern.EITHER && pattern.bit(bit) != get(key, bit) ? 1 : 0;
        }
        return differing;
    }

    static int lookup(List<TableEntry> entries, long key) {
        for (TableEntry entry : entries) {
            if (differing(entry.pattern(), key) == 0) {
                return entry.result();
            }
        }
        return RuleTable.NO_MATCH;
    }
}
