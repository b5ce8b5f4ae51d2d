package io.heliograph.offload.query;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of a query are, and unchecked access to them by its address. An answer begins with the same fields ({@link ReplyLayout}).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+---------------+---------------+
 *  |      Magic 0x4851 "HQ"        |   Version 1   |     Type      |
 *  +-------------------------------+---------------+---------------+
 *  |             Model             |             Flags             |
 *  +-------------------------------+-------------------------------+
 *  |                           Query id                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |           Activations, a byte each, as many as inputs         |
 * </pre>
 *
 * <p>Source: QUERIES.md, Q2.
 */
public final class QueryLayout {
    /** "HQ". */
    public static final int MAGIC = 0x4851;

    /** The only one so far. */
    public static final int VERSION = 1;

    /** The type of a query. */
    public static final int TYPE_QUERY = 1;

    /** Types from here on are answers ({@link ReplyCode}). */
    public static final int FIRST_REPLY_TYPE = 0x80;

    /** Flag: step every cycle of the datapath for this query, instead of computing the same integers straight. */
    public static final int STEPPED = 1;

    /** Flags that must be 0. */
    public static final int RESERVED_FLAGS = 0xFFFE;

    /** Models are numbered from 0 to this. */
    public static final int MAX_MODEL = 0xFFFF;

    /** The UDP port that queries go to unless told otherwise: of the dynamic ones, RFC 6335 section 6. */
    public static final int DEFAULT_UDP_PORT = 52_851;

    /** Bytes from the first field to the activations. */
    public static final int HEADER = 16;

    static final int MAGIC_FIELD = 0;
    static final int VERSION_FIELD = 2;
    static final int TYPE = 3;
    static final int MODEL = 4;
    static final int FLAGS = 6;
    static final int QUERY_ID = 8;

    private QueryLayout() {}

    /**
     * Checks the header.
     *
     * @param lengthBytes from the query's first byte on, all readable
     * @return {@link ReplyCode#RESULT} if it is a query, {@link ReplyCode#MALFORMED} if it is none, one that is {@link ReplyCode#isSilent silent} if it is
     *     itself an answer (Q5)
     */
    public static int check(long query, int lengthBytes) {
        if (lengthBytes < HEADER || magic(query) != MAGIC) {
            return ReplyCode.MALFORMED;
        }
        if (type(query) >= FIRST_REPLY_TYPE) {
            return ReplyCode.NEVER_ANSWERED;
        }
        boolean right = version(query) == VERSION && type(query) == TYPE_QUERY && (flags(query) & RESERVED_FLAGS) == 0;
        return right ? ReplyCode.RESULT : ReplyCode.MALFORMED;
    }

    /** {@link #MAGIC}. */
    public static int magic(long query) {
        return NativeMemory.getUnsignedShortBigEndian(query + MAGIC_FIELD);
    }

    /** {@link #VERSION}. */
    public static int version(long query) {
        return NativeMemory.getUnsignedByte(query + VERSION_FIELD);
    }

    /** {@link #TYPE_QUERY} or a code of {@link ReplyCode}. */
    public static int type(long query) {
        return NativeMemory.getUnsignedByte(query + TYPE);
    }

    /** Which model is asked. */
    public static int model(long query) {
        return NativeMemory.getUnsignedShortBigEndian(query + MODEL);
    }

    /** {@link #STEPPED} or 0. */
    public static int flags(long query) {
        return NativeMemory.getUnsignedShortBigEndian(query + FLAGS);
    }

    /** What the sender calls the query. */
    public static long queryId(long query) {
        return NativeMemory.getLongBigEndian(query + QUERY_ID);
    }

    /** The address of the first activation. */
    public static long activations(long query) {
        return query + HEADER;
    }

    /** Writes the header of a query. */
    public static void put(long query, int model, int flags, long queryId) {
        put(query, TYPE_QUERY, model, flags, queryId);
    }

    static void put(long at, int type, int model, int flags, long queryId) {
        NativeMemory.putIntBigEndian(at, MAGIC << 16 | VERSION << 8 | type);
        NativeMemory.putIntBigEndian(at + MODEL, model << 16 | flags);
        NativeMemory.putLongBigEndian(at + QUERY_ID, queryId);
    }
}
