package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * A ternary rule table, off the heap, that is changed while others look up: each change makes a whole new version, which takes the place of the one before at once.
 *
 * <p>Versions take turns in {@value #BLOCKS} blocks. A lookup remembers the version it began with and looks, once it is through, whether a writer has come back to that block: then it
 * begins anew. So every answer is that of one version which was in force at some time during the lookup, memory is bounded, and nobody waits for a reader. A seqlock (Boehm, "Can
 * seqlocks get along with programming language memory models?", MSPC 2012), but for the room of {@value #BLOCKS} versions.
 *
 * <pre>
 *   version in force (64) | version being written (64) | padding to 128 bytes
 *   blocks:  entries (32) | padding (32) | entry, ...    in the order of their priorities
 *   entry:   value (64), mask (64) for each word of the key | result (32) | padding (32)
 * </pre>
 *
 * <p>Any thread looks up, without allocating; changes exclude each other and allocate. The table must not be used once its arena is closed.
 */
public final class RuleTable implements TernaryMatcher {

    /** The most entries that a table may be made for. */
    public static final int MOST_ENTRIES = 1 << 20;

    static final int BLOCKS = 4;

    private static final int IN_FORCE = 0;
    private static final int WRITTEN = 8;
    private static final int CONTROL_BYTES = 128;
    private static final int BLOCK_HEADER_BYTES = 8;

    private final int width;
    private final int capacity;
    private final int keyWords;
    private final long entryBytes;
    private final long blockBytes;
    private final long control;
    private final TreeMap<Integer, TableEntry> entries = new TreeMap<>();

    /**
     * An empty table.
     *
     * @param width of its keys in bits
     * @param capacity entries that it can hold
     * @param arena owns its memory
     * @throws IllegalArgumentException if there can be no such table
     */
    public RuleTable(int width, int capacity, Arena arena) {
        if (capacity < 1 || capacity > MOST_ENTRIES) {
            throw new IllegalArgumentException("no such table: capacity=" + capacity + "; it has 1 to " + MOST_ENTRIES);
        }
        this.width = TernaryPattern.any(width).width();
        this.capacity = capacity;
        keyWords = (width + Long.SIZE - 1) / Long.SIZE;
        entryBytes = 2L * keyWords * Long.BYTES + Long.BYTES;
        blockBytes = BLOCK_HEADER_BYTES + capacity * entryBytes;
        control = arena.allocate(CONTROL_BYTES + BLOCKS * blockBytes, CONTROL_BYTES)
                .address();
    }

    @Override
    public int width() {
        return width;
    }

    /** Bytes of a key as {@link #lookup} reads it: whole 64-bit words; bits behind the width do not matter. */
    public int keyBytes() {
        return keyWords * Long.BYTES;
    }

    /** Entries that it can hold. */
    public int capacity() {
        return capacity;
    }

    /** How often it was changed; of the version in force. */
    public long version() {
        return NativeMemory.getLongAcquire(control + IN_FORCE);
    }

    /** What it holds, in the order of priorities. */
    public synchronized List<TableEntry> entries() {
        return List.copyOf(entries.values());
    }

    /**
     * Adds an entry.
     *
     * @throws IllegalArgumentException if its width is another, or its priority is taken
     * @throws IllegalStateException if the table is full
     */
    public synchronized void insert(TableEntry entry) {
        checkWidth(entry);
        if (entries.containsKey(entry.priority())) {
            throw new IllegalArgumentException("two entries of one priority: priority=" + entry.priority());
        }
        if (entries.size() == capacity) {
            throw full(entries.size() + 1);
        }
        entries.put(entry.priority(), entry);
        publish();
    }

    /**
     * Puts an entry in the place of the one of the same priority.
     *
     * @throws IllegalArgumentException if its width is another, or there is none to replace
     */
    public synchronized void replace(TableEntry entry) {
        checkWidth(entry);
        checkPresent(entry.priority());
        entries.put(entry.priority(), entry);
        publish();
    }

    /**
     * Takes an entry out.
     *
     * @throws IllegalArgumentException if there is none of that priority
     */
    public synchronized void remove(int priority) {
        checkPresent(priority);
        entries.remove(priority);
        publish();
    }

    /**
     * Puts these entries in the place of all, at once; if they do not fit, nothing changes.
     *
     * @throws IllegalArgumentException if a width is another, or two have the same priority
     * @throws IllegalStateException if they are too many
     */
    public synchronized void load(Collection<TableEntry> all) {
        TreeMap<Integer, TableEntry> sorted = new TreeMap<>();
        for (TableEntry entry : all) {
            checkWidth(entry);
            if (sorted.put(entry.priority(), entry) != null) {
                throw new IllegalArgumentException("two entries of one priority: priority=" + entry.priority());
            }
        }
        if (sorted.size() > capacity) {
            throw full(sorted.size());
        }
        entries.clear();
        entries.putAll(sorted);
        publish();
    }

    private void checkWidth(TableEntry entry) {
        if (entry.pattern().width() != width) {
            throw new IllegalArgumentException("entry of another width: priority=" + entry.priority() + " width="
                    + entry.pattern().width() + " table=" + width);
        }
    }

    private void checkPresent(int priority) {
        if (!entries.containsKey(priority)) {
            throw new IllegalArgumentException("no entry of that priority: priority=" + priority);
        }
    }

    private IllegalStateException full(int wanted) {
        return new IllegalStateException("table is full: capacity=" + capacity + " entries=" + wanted);
    }

    private void publish() {
        long version = NativeMemory.getLong(control + IN_FORCE) + 1;
        NativeMemory.putLongOpaque(control + WRITTEN, version);
        VarHandle.storeStoreFence();
        long block = block(version);
        long to = block + BLOCK_HEADER_BYTES;
        for (TableEntry entry : entries.values()) {
            entry.pattern().writePairs(to);
            NativeMemory.putInt(to + entryBytes - Long.BYTES, entry.result());
            to += entryBytes;
        }
        NativeMemory.putInt(block, entries.size());
        NativeMemory.putLongRelease(control + IN_FORCE, version);
    }

    private long block(long version) {
        return control + CONTROL_BYTES + (version & BLOCKS - 1) * blockBytes;
    }

    @Override
    public int lookup(long key) {
        while (true) {
            long version = NativeMemory.getLongAcquire(control + IN_FORCE);
            int found = scan(block(version), key);
            VarHandle.loadLoadFence();
            if (NativeMemory.getLongOpaque(control + WRITTEN) - version < BLOCKS) {
                return found;
            }
        }
    }

    /** A block that is being written has old, new or half an entry in it, but never more entries than there is room for. */
    private int scan(long block, long key) {
        long entry = block + BLOCK_HEADER_BYTES;
        long end = entry + NativeMemory.getInt(block) * entryBytes;
        long pairs = entryBytes - Long.BYTES;
        for (; entry < end; entry += entryBytes) {
            long at = key;
            long pair = entry;
            long last = entry + pairs;
            while (pair < last
                    && ((NativeMemory.getLong(at) ^ NativeMemory.getLong(pair))
                                    & NativeMemory.getLong(pair + Long.BYTES))
                            == 0) {
                at += Long.BYTES;
                pair += 2 * Long.BYTES;
            }
            if (pair == last) {
                return NativeMemory.getInt(last);
            }
        }
        return NO_MATCH;
    }
}
