package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;

/**
 * What a rank called, in front of the first chunk that it sends to another in a collective; native byte order.
 *
 * <pre>
 *  0  call (64)     collective (8), data type (8), operation (8), algorithm (8), root (32), from the least significant bits on
 *  8  count (64)    as the caller gave it
 * 16  chunk (64)    bytes of the whole chunk, of which a piece follows
 * 24  number (32)   collectives between the two ranks before this one, modulo 2^32
 * 28  taken (32)    see {@link Letter}
 * </pre>
 *
 * <p>The second half is that of a {@link Descriptor}, or a {@link Letter}.
 */
final class Header {
    static final int BYTES = 64;

    private static final int CALL = 0;
    private static final int COUNT = 8;
    private static final int CHUNK = 16;
    private static final int NUMBER = 24;
    private static final int WIDTH = 8;
    private static final int MASK = 0xff;

    private Header() {}

    @SuppressWarnings("EnumOrdinal") // all ranks run one version
    static long call(Collective collective, DataType type, ReduceOperation operation, Algorithm algorithm, int root) {
        return collective.ordinal()
                | (long) type.ordinal() << WIDTH
                | (long) operation.ordinal() << 2 * WIDTH
                | (long) algorithm.ordinal() << 3 * WIDTH
                | (long) root << Integer.SIZE;
    }

    static void write(long header, long call, long count, long chunkBytes, long number) {
        NativeMemory.putLong(header + CALL, call);
        NativeMemory.putLong(header + COUNT, count);
        NativeMemory.putLong(header + CHUNK, chunkBytes);
        NativeMemory.putInt(header + NUMBER, (int) number);
    }

    static boolean equals(long header, long call, long count, long chunkBytes, long number) {
        return NativeMemory.getLong(header + CALL) == call
                && NativeMemory.getLong(header + COUNT) == count
                && NativeMemory.getLong(header + CHUNK) == chunkBytes
                && NativeMemory.getInt(header + NUMBER) == (int) number;
    }

    /** For people. */
    static String describe(long header) {
        return describe(
                NativeMemory.getLong(header + CALL),
                NativeMemory.getLong(header + COUNT),
                NativeMemory.getLong(header + CHUNK),
                Integer.toUnsignedLong(NativeMemory.getInt(header + NUMBER)));
    }

    /** For people. */
    static String describe(long call, long count, long chunkBytes, long number) {
        return describe(call, count) + " with chunkBytes=" + chunkBytes + " as collective " + number + " between them";
    }

    /** For people; what another process wrote is not trusted to be a call. */
    static String describe(long call, long count) {
        Collective[] collectives = Collective.values();
        int kind = part(call, 0);
        if (kind >= collectives.length) {
            return "no known collective (" + kind + ")";
        }
        Collective collective = collectives[kind];
        StringBuilder text =
                new StringBuilder(collective.label()).append("(count=").append(count);
        text.append(", type=").append(name(DataType.values(), part(call, 1)));
        if (collective.reduces()) {
            text.append(", operation=").append(name(ReduceOperation.values(), part(call, 2)));
        }
        if (collective.isRooted()) {
            text.append(", root=").append(call >>> Integer.SIZE);
        }
        return text.append(", algorithm=")
                .append(name(Algorithm.values(), part(call, 3)))
                .append(')')
                .toString();
    }

    private static int part(long call, int place) {
        return (int) (call >>> place * WIDTH) & MASK;
    }

    private static String name(Enum<?>[] values, int ordinal) {
        return ordinal < values.length ? values[ordinal].name() : "unknown " + ordinal;
    }
}
