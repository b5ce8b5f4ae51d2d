package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where the fields of reports and grants are, and unchecked access to them by the address of the UDP payload.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+---------------+---------------+
 *  |      Magic 0x4847 "HG"        |   Version 1   |     Type      |
 *  +-------------------------------+---------------+---------------+
 *  |             Node              |            Entries            |
 *  +-------------------------------+-------------------------------+
 *  |                             Epoch                             |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Incarnation                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                             Slot                              |
 *  |                                                               |
 *  +-------------------------------+-------------------------------+
 *  |   Entry: report               |                               |
 *  |   Destination                 |   0                           |
 *  +-------------------------------+-------------------------------+
 *  |   Chunks                                                      |
 *  +---------------------------------------------------------------+
 *  |   Entry: grant                |                               |
 *  |   Destination                 |   Path                        |
 *  +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Questions and settings have no entries. Source: CONTROLLER.md, C3, C4 and C9.
 */
public final class ControlLayout {
    /** "HG". */
    public static final int MAGIC = 0x4847;

    /** The only one so far. */
    public static final int VERSION = 1;

    /** A node says what it waits for. */
    public static final int TYPE_REPORT = 1;

    /** The controller says who may send in which slots. */
    public static final int TYPE_GRANT = 2;

    /** A node asks what all agree on. */
    public static final int TYPE_QUESTION = 3;

    /** The controller says what all agree on; see {@link ControllerSettings}. */
    public static final int TYPE_SETTINGS = 4;

    /** The UDP port of the controller unless told otherwise: of the dynamic ones, RFC 6335 section 6. */
    public static final int DEFAULT_UDP_PORT = 52_852;

    /** Bytes before the entries. */
    public static final int HEADER = 32;

    /** Bytes of an entry of a report. */
    public static final int REPORT_ENTRY = 8;

    /** Bytes of an entry of a grant. */
    public static final int GRANT_ENTRY = 4;

    /** The destination of a slot that was not given to this node, and the path of a chunk that stays below its leaf. */
    public static final int NONE = 0xFFFF;

    private static final int TYPE = 3;
    private static final int NODE = 4;
    private static final int ENTRIES = 6;
    private static final int EPOCH = 8;
    private static final int INCARNATION = 16;
    private static final int SLOT = 24;
    private static final int PATH = 2;
    private static final int CHUNKS = 4;

    private ControlLayout() {}

    /**
     * Whether a payload is a whole packet of a type.
     *
     * @param lengthBytes all readable
     */
    public static boolean isWhole(long packet, int lengthBytes, int type) {
        if (lengthBytes < HEADER || NativeMemory.getIntBigEndian(packet) != (MAGIC << 16 | VERSION << 8 | type)) {
            return false;
        }
        int entries = entries(packet);
        return switch (type) {
            case TYPE_REPORT -> lengthBytes == reportBytes(entries);
            case TYPE_GRANT -> lengthBytes == grantBytes(entries);
            case TYPE_QUESTION -> lengthBytes == HEADER && entries == 0;
            case TYPE_SETTINGS -> lengthBytes == HEADER + ControllerSettings.BYTES && entries == 0;
            default -> false;
        };
    }

    /** The type, of a payload of at least {@link #HEADER} bytes. */
    public static int type(long packet) {
        return NativeMemory.getUnsignedByte(packet + TYPE);
    }

    /** The node that reports, or that is given slots. */
    public static int node(long packet) {
        return NativeMemory.getUnsignedShortBigEndian(packet + NODE);
    }

    /** How many there are. */
    public static int entries(long packet) {
        return NativeMemory.getUnsignedShortBigEndian(packet + ENTRIES);
    }

    /** The controller's life. */
    public static long epoch(long packet) {
        return NativeMemory.getLongBigEndian(packet + EPOCH);
    }

    /** The node's life. */
    public static long incarnation(long packet) {
        return NativeMemory.getLongBigEndian(packet + INCARNATION);
    }

    /** Report: the first slot that is not over; grant: that of the first entry, of which each following one is a slot later. */
    public static long slot(long packet) {
        return NativeMemory.getLongBigEndian(packet + SLOT);
    }

    /** Writes what is before the entries. */
    public static void put(long packet, int type, int node, int entries, long epoch, long incarnation, long firstSlot) {
        NativeMemory.putIntBigEndian(packet, MAGIC << 16 | VERSION << 8 | type);
        NativeMemory.putIntBigEndian(packet + NODE, node << 16 | entries);
        NativeMemory.putLongBigEndian(packet + EPOCH, epoch);
        NativeMemory.putLongBigEndian(packet + INCARNATION, incarnation);
        NativeMemory.putLongBigEndian(packet + SLOT, firstSlot);
    }

    /** Bytes of a report. */
    public static int reportBytes(int entries) {
        return HEADER + entries * REPORT_ENTRY;
    }

    /** Bytes of a grant. */
    public static int grantBytes(int entries) {
        return HEADER + entries * GRANT_ENTRY;
    }

    /** To whom the chunks of a report's entry are to go. */
    public static int reportDestination(long packet, int entry) {
        return NativeMemory.getUnsignedShortBigEndian(packet + HEADER + (long) entry * REPORT_ENTRY);
    }

    /** How many; as large as they come, a sign is not one. */
    public static int reportChunks(long packet, int entry) {
        return NativeMemory.getIntBigEndian(packet + HEADER + (long) entry * REPORT_ENTRY + CHUNKS);
    }

    /** Writes an entry of a report. */
    public static void putReport(long packet, int entry, int destination, int chunks) {
        long at = packet + HEADER + (long) entry * REPORT_ENTRY;
        NativeMemory.putIntBigEndian(at, destination << 16);
        NativeMemory.putIntBigEndian(at + CHUNKS, chunks);
    }

    /** To whom a chunk may go in the slot of a grant's entry, or {@link #NONE}. */
    public static int grantDestination(long packet, int entry) {
        return NativeMemory.getUnsignedShortBigEndian(packet + HEADER + (long) entry * GRANT_ENTRY);
    }

    /** By which path, or {@link #NONE}. */
    public static int grantPath(long packet, int entry) {
        return NativeMemory.getUnsignedShortBigEndian(packet + HEADER + (long) entry * GRANT_ENTRY + PATH);
    }

    /** Writes an entry of a grant. */
    public static void putGrant(long packet, int entry, int destination, int path) {
        NativeMemory.putIntBigEndian(packet + HEADER + (long) entry * GRANT_ENTRY, destination << 16 | path & NONE);
    }
}
