package io.heliograph.bindings.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.generated.ibv_wc;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;

/**
 * Room for completions, filled by {@link CompletionQueue#poll} and read in place: an array of {@code struct ibv_wc}. Indices are not
 * checked, nothing is allocated. One thread at a time.
 *
 * <p>Of a completion without success only {@link #id}, {@link #status} and {@link #queuePair} mean something.
 */
public final class Completions {
    private static final long STRIDE_BYTES = ibv_wc.sizeof();
    private static final long ID = ibv_wc.wr_id$offset();
    private static final long STATUS = ibv_wc.status$offset();
    private static final long OPCODE = ibv_wc.opcode$offset();
    private static final long LENGTH = ibv_wc.byte_len$offset();
    private static final long IMMEDIATE = ibv_wc.imm_data$offset();
    private static final long QUEUE_PAIR = ibv_wc.qp_num$offset();
    private static final long SOURCE = ibv_wc.src_qp$offset();
    private static final long FLAGS = ibv_wc.wc_flags$offset();

    /** {@code IBV_WC_REM_ACCESS_ERR}. */
    private static final int REMOTE_ACCESS_ERROR = 10;

    private final long address;
    private final int capacity;

    /** Room for {@code capacity} of them, which lives as long as {@code arena}. */
    public Completions(Arena arena, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("no room for completions: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.address = arena.allocate(STRIDE_BYTES * capacity, ibv_wc.layout().byteAlignment())
                .address();
    }

    long address() {
        return address;
    }

    /** How many there is room for. */
    public int capacity() {
        return capacity;
    }

    /** What the request was posted with. */
    public long id(int index) {
        return NativeMemory.getLong(at(index) + ID);
    }

    /** {@code enum ibv_wc_status}, see {@link #describe}. */
    public int status(int index) {
        return NativeMemory.getInt(at(index) + STATUS);
    }

    /** Whether the request was carried out; of all else in a completion that failed, id, status and queue pair alone mean something. */
    public boolean isSuccess(int index) {
        return status(index) == verbs_h.IBV_WC_SUCCESS();
    }

    /** Whether the request was never tried: an earlier one had failed, or the queue pair was taken down. */
    public boolean isFlushed(int index) {
        return status(index) == verbs_h.IBV_WC_WR_FLUSH_ERR();
    }

    /** Whether the other end's device refused it for key, bounds or permission: it and what was posted after it was not carried out. */
    public boolean isRefused(int index) {
        return status(index) == REMOTE_ACCESS_ERROR;
    }

    /** Whether it is of a receive, and not of a send. */
    public boolean isReceive(int index) {
        int opcode = NativeMemory.getInt(at(index) + OPCODE);
        return opcode == verbs_h.IBV_WC_RECV() || opcode == verbs_h.IBV_WC_RECV_RDMA_WITH_IMM();
    }

    /** Bytes received; of a datagram with the 40 of the global route header. */
    public int lengthBytes(int index) {
        return NativeMemory.getInt(at(index) + LENGTH);
    }

    /** Whether the sender gave 32 bits along, see {@link #immediate}. */
    public boolean hasImmediate(int index) {
        return (flags(index) & verbs_h.IBV_WC_WITH_IMM()) != 0;
    }

    /** The sender's 32 bits, as it gave them to {@link SendRequests#writeImmediate}. */
    public int immediate(int index) {
        return NativeMemory.getIntBigEndian(at(index) + IMMEDIATE);
    }

    /** Whether a datagram's first 40 bytes hold a global route header; they are skipped in any case. */
    public boolean hasGlobalRoute(int index) {
        return (flags(index) & verbs_h.IBV_WC_GRH()) != 0;
    }

    /** The number of the own queue pair. */
    public int queuePair(int index) {
        return NativeMemory.getInt(at(index) + QUEUE_PAIR);
    }

    /** The number of the queue pair that sent a datagram. */
    public int sourceQueuePair(int index) {
        return NativeMemory.getInt(at(index) + SOURCE);
    }

    /** A status in libibverbs' words, {@code remote access error}. Cold path. */
    public static String describe(int status) {
        return verbs_h.ibv_wc_status_str(status).getString(0);
    }

    private int flags(int index) {
        return NativeMemory.getInt(at(index) + FLAGS);
    }

    private long at(int index) {
        return address + index * STRIDE_BYTES;
    }
}
