package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_mbuf;
import io.heliograph.bindings.memory.NativeMemory;

/**
 * The fields of a packet buffer ({@code struct rte_mbuf}), by its address. Nothing is checked; the thread that owns the mbuf reads and
 * writes. Lengths in bytes; the data of a packet starts at {@code buffer + dataOffset}, with the headroom before it.
 */
public final class Mbuf {
    /** Bytes free before the data of a new mbuf ({@code RTE_PKTMBUF_HEADROOM}). */
    public static final int HEADROOM_BYTES = dpdk_h.RTE_PKTMBUF_HEADROOM();

    private static final long BUFFER = rte_mbuf.buf_addr$offset();
    private static final long DATA_OFFSET = rte_mbuf.data_off$offset();
    private static final long REFERENCES = rte_mbuf.refcnt$offset();
    private static final long SEGMENTS = rte_mbuf.nb_segs$offset();
    private static final long PORT = rte_mbuf.port$offset();
    private static final long OFFLOAD_FLAGS = rte_mbuf.ol_flags$offset();
    private static final long PACKET_TYPE = rte_mbuf.packet_type$offset();
    private static final long PACKET_LENGTH = rte_mbuf.pkt_len$offset();
    private static final long DATA_LENGTH = rte_mbuf.data_len$offset();
    private static final long VLAN_TCI_OUTER = rte_mbuf.vlan_tci_outer$offset();
    private static final long BUFFER_LENGTH = rte_mbuf.buf_len$offset();
    private static final long POOL = rte_mbuf.pool$offset();
    private static final long NEXT = rte_mbuf.next$offset();
    private static final long TX_OFFLOAD = rte_mbuf.tx_offload$offset();

    /** Data offset, references, segments and port, 16 bits each: what drivers store at once as {@code rearm_data}. */
    private static final long REARM =
            HEADROOM_BYTES | 1L << 16 | 1L << 32 | (long) dpdk_h.RTE_MBUF_PORT_INVALID() << 48;

    private Mbuf() {}

    /** Address of the first byte of the packet's data in this segment. */
    public static long dataAddress(long mbuf) {
        return NativeMemory.getLong(mbuf + BUFFER) + NativeMemory.getUnsignedShort(mbuf + DATA_OFFSET);
    }

    /** Bytes of the packet in this segment. */
    public static int dataLength(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + DATA_LENGTH);
    }

    /** Bytes of the packet in all its segments; right in the first one. */
    public static int packetLength(long mbuf) {
        return NativeMemory.getInt(mbuf + PACKET_LENGTH);
    }

    /** Makes the packet one segment of {@code lengthBytes}: sets both lengths. */
    public static void length(long mbuf, int lengthBytes) {
        NativeMemory.putInt(mbuf + PACKET_LENGTH, lengthBytes);
        NativeMemory.putShort(mbuf + DATA_LENGTH, (short) lengthBytes);
    }

    /** Bytes from the start of the buffer to the data: the headroom. */
    public static int dataOffset(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + DATA_OFFSET);
    }

    /** Lets the data start {@code offsetBytes} into the buffer; lengths stay. */
    public static void dataOffset(long mbuf, int offsetBytes) {
        NativeMemory.putShort(mbuf + DATA_OFFSET, (short) offsetBytes);
    }

    /** Bytes of the buffer, headroom included. */
    public static int bufferLength(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + BUFFER_LENGTH);
    }

    /** Address of the buffer, where the headroom starts. */
    public static long bufferAddress(long mbuf) {
        return NativeMemory.getLong(mbuf + BUFFER);
    }

    public static int references(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + REFERENCES);
    }

    /** How many segments the packet has; right in the first one. */
    public static int segments(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + SEGMENTS);
    }

    /** Address of the next segment, 0 in the last. */
    public static long next(long mbuf) {
        return NativeMemory.getLong(mbuf + NEXT);
    }

    /** The port it came in by, 65535 if none. */
    public static int port(long mbuf) {
        return NativeMemory.getUnsignedShort(mbuf + PORT);
    }

    /** {@code RTE_MBUF_F_*}. */
    public static long offloadFlags(long mbuf) {
        return NativeMemory.getLong(mbuf + OFFLOAD_FLAGS);
    }

    public static void offloadFlags(long mbuf, long flags) {
        NativeMemory.putLong(mbuf + OFFLOAD_FLAGS, flags);
    }

    /** Address of the pool it came from. */
    public static long pool(long mbuf) {
        return NativeMemory.getLong(mbuf + POOL);
    }

    /**
     * Makes it an empty packet of one segment and one reference with the usual headroom: what {@code rte_pktmbuf_reset} does to an
     * mbuf just taken from a pool, in fewer stores. For pools without external buffers only, as {@link Mempool} makes them.
     */
    public static void reset(long mbuf) {
        NativeMemory.putLong(mbuf + DATA_OFFSET, REARM);
        NativeMemory.putLong(mbuf + OFFLOAD_FLAGS, 0);
        NativeMemory.putLong(mbuf + PACKET_TYPE, 0); // and packet length
        NativeMemory.putInt(mbuf + DATA_LENGTH, 0); // and VLAN tag
        NativeMemory.putShort(mbuf + VLAN_TCI_OUTER, (short) 0);
        NativeMemory.putLong(mbuf + NEXT, 0);
        NativeMemory.putLong(mbuf + TX_OFFLOAD, 0);
    }
}
