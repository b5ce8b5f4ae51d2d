package io.heliograph.offload.query;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of an answer are, and unchecked access to them by its address. The first 16 bytes are those of the query with another type, see {@link
 * QueryLayout}.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |             Class             |         Sums behind           | 16
 *  +-------------------------------+-------------------------------+
 *  |              Activations that the model takes                 | 20
 *  +---------------------------------------------------------------+
 *  |              Overall cycles of emulated time                  | 24
 *  +---------------------------------------------------------------+
 *  |              Compute cycles of emulated time                  | 28
 *  +---------------------------------------------------------------+
 *  |              Clock of the device in Hz                        | 32
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |              Energy of a query in pJ                          | 40
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |     Sum of output 0           |     Sum of output 1 ...       | 48
 * </pre>
 *
 * <p>Source: QUERIES.md, Q4.
 */
public final class ReplyLayout {
    /** Bytes from the first field to the sums. */
    public static final int HEADER = 48;

    /** The class of an answer that has none. */
    public static final int NO_CLASS = 0xFFFF;

    static final int CLASS = 16;
    static final int SUMS = 18;
    static final int INPUTS = 20;
    static final int OVERALL_CYCLES = 24;
    static final int COMPUTE_CYCLES = 28;
    static final int CLOCK_HZ = 32;
    static final int ENERGY_PICOJOULES = 40;

    private ReplyLayout() {}

    /** Bytes of an answer with so many sums. */
    public static int bytes(int sums) {
        return HEADER + sums * Short.BYTES;
    }

    /**
     * Whether there is an answer, whole.
     *
     * @param lengthBytes from its first byte on, all readable
     */
    public static boolean isReply(long reply, int lengthBytes) {
        return lengthBytes >= HEADER
                && QueryLayout.magic(reply) == QueryLayout.MAGIC
                && QueryLayout.version(reply) == QueryLayout.VERSION
                && QueryLayout.type(reply) >= QueryLayout.FIRST_REPLY_TYPE
                && lengthBytes >= bytes(sums(reply));
    }

    /** A code of {@link ReplyCode}. */
    public static int code(long reply) {
        return QueryLayout.type(reply);
    }

    /** The class, or {@link #NO_CLASS}. */
    public static int classOf(long reply) {
        return NativeMemory.getUnsignedShortBigEndian(reply + CLASS);
    }

    /** How many sums there are. */
    public static int sums(long reply) {
        return NativeMemory.getUnsignedShortBigEndian(reply + SUMS);
    }

    /** The sum of an output of the last layer. */
    public static int sum(long reply, int output) {
        return NativeMemory.getShortBigEndian(reply + HEADER + (long) output * Short.BYTES);
    }

    /** How many activations the model takes; 0 if there is no such model. */
    public static int inputs(long reply) {
        return NativeMemory.getIntBigEndian(reply + INPUTS);
    }

    /** Emulated time from start to answer, in cycles. */
    public static long overallCycles(long reply) {
        return Integer.toUnsignedLong(NativeMemory.getIntBigEndian(reply + OVERALL_CYCLES));
    }

    /** Those of them in which a stage had input and no output yet. */
    public static long computeCycles(long reply) {
        return Integer.toUnsignedLong(NativeMemory.getIntBigEndian(reply + COMPUTE_CYCLES));
    }

    /** The clock that the cycles are of; 0 where there are none. */
    public static long clockHz(long reply) {
        return NativeMemory.getLongBigEndian(reply + CLOCK_HZ);
    }

    /** What a query of the model costs the device, in picojoules; 0 where the server does not know. */
    public static long energyPicojoules(long reply) {
        return NativeMemory.getLongBigEndian(reply + ENERGY_PICOJOULES);
    }

    /**
     * Writes the answer of an error; may be the place of the query.
     *
     * @param inputs that the model takes, 0 if there is none
     * @return its bytes
     */
    public static int putError(long reply, int code, int model, int flags, long queryId, int inputs) {
        QueryLayout.put(reply, code, model, flags, queryId);
        NativeMemory.putIntBigEndian(reply + CLASS, NO_CLASS << 16);
        NativeMemory.putIntBigEndian(reply + INPUTS, inputs);
        NativeMemory.putLong(reply + OVERALL_CYCLES, 0);
        NativeMemory.putLong(reply + CLOCK_HZ, 0);
        NativeMemory.putLong(reply + ENERGY_PICOJOULES, 0);
        return HEADER;
    }

    /** Writes the header of a result; may be the place of the query. The sums are to follow by {@link #putSum}. */
    public static void putResult(long reply, int model, int flags, long queryId, int classOf, int sums, int inputs) {
        QueryLayout.put(reply, ReplyCode.RESULT, model, flags, queryId);
        NativeMemory.putIntBigEndian(reply + CLASS, classOf << 16 | sums);
        NativeMemory.putIntBigEndian(reply + INPUTS, inputs);
    }

    /** Writes the emulated time. */
    public static void putCycles(long reply, long overall, long compute, long clockHz) {
        NativeMemory.putIntBigEndian(reply + OVERALL_CYCLES, (int) overall);
        NativeMemory.putIntBigEndian(reply + COMPUTE_CYCLES, (int) compute);
        NativeMemory.putLongBigEndian(reply + CLOCK_HZ, clockHz);
    }

    /** Writes the energy. */
    public static void putEnergy(long reply, long picojoules) {
        NativeMemory.putLongBigEndian(reply + ENERGY_PICOJOULES, picojoules);
    }

    /** Writes a sum. */
    public static void putSum(long reply, int output, int sum) {
        NativeMemory.putShortBigEndian(reply + HEADER + (long) output * Short.BYTES, (short) sum);
    }
}
