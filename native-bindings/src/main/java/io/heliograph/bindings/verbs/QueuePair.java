package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_gid;
import io.heliograph.bindings.verbs.generated.ibv_qp;
import io.heliograph.bindings.verbs.generated.ibv_qp_attr;
import io.heliograph.bindings.verbs.generated.ibv_qp_init_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * A queue pair, UD or RC ({@code struct ibv_qp}). Made in {@link QueuePairState#RESET}; {@link #initialise}, then {@link #activate} or
 * {@link #connect}, take it to {@link QueuePairState#READY_TO_SEND}. Posts are for one thread at a time, neither wait nor allocate, and
 * their requests complete on the completion queues. What changes the state is set-up.
 */
public final class QueuePair implements AutoCloseable {
    private final VerbsContext context;
    private final MemorySegment pair;
    private final long address;
    private final Service service;
    private final MemorySegment postSendFunction;
    private final MemorySegment postReceiveFunction;
    private boolean closed;

    QueuePair(VerbsContext context, MemorySegment pair, Service service) {
        this.context = context;
        this.pair = pair;
        this.address = pair.address();
        this.service = service;
        this.postSendFunction = context.function(VerbsLayout.POST_SEND);
        this.postReceiveFunction = context.function(VerbsLayout.POST_RECV);
    }

    /** Its number, 24 bits: what others send to. */
    public int number() {
        return ibv_qp.qp_num(pair);
    }

    /** Address of the {@code struct ibv_qp}, which asynchronous events name it by. */
    public long address() {
        return address;
    }

    /**
     * Hands the first {@code count} requests to the device, in order.
     *
     * @return how many were taken; if none was, the negative errno: -ENOMEM where the queue is full
     */
    public int postSend(SendRequests requests, int count) {
        return requests.chain().post(postSendFunction, address, count);
    }

    /** Hands the first {@code count} receive requests to the device; returns like {@link #postSend}. */
    public int postReceive(ReceiveRequests requests, int count) {
        return requests.chain().post(postReceiveFunction, address, count);
    }

    /** From RESET to INIT, for datagrams with this queue key (below 2^31: others are for privileged users). */
    public void initialise(int port, int qkey) {
        require(Service.UNRELIABLE_DATAGRAM);
        modify(QueuePairState.INIT, verbs_h.IBV_QP_PKEY_INDEX() | verbs_h.IBV_QP_PORT() | verbs_h.IBV_QP_QKEY(), a -> {
            ibv_qp_attr.port_num(a, (byte) port);
            ibv_qp_attr.qkey(a, qkey);
        });
    }

    /** From RESET to INIT, for a connection whose other end may access our memory so. */
    public void initialise(int port, Set<MemoryAccess> remoteAccess) {
        require(Service.RELIABLE_CONNECTION);
        int mask = verbs_h.IBV_QP_PKEY_INDEX() | verbs_h.IBV_QP_PORT() | verbs_h.IBV_QP_ACCESS_FLAGS();
        modify(QueuePairState.INIT, mask, a -> {
            ibv_qp_attr.port_num(a, (byte) port);
            ibv_qp_attr.qp_access_flags(a, MemoryAccess.flags(remoteAccess));
        });
    }

    /** From INIT to RTR and RTS, for datagrams. */
    public void activate(int sendPsn) {
        require(Service.UNRELIABLE_DATAGRAM);
        modify(QueuePairState.READY_TO_RECEIVE, 0, _ -> {});
        modify(QueuePairState.READY_TO_SEND, verbs_h.IBV_QP_SQ_PSN(), a -> ibv_qp_attr.sq_psn(a, sendPsn));
    }

    /** From INIT to RTR and RTS, connected to a queue pair that knows this one. */
    public void connect(Connection connection) {
        require(Service.RELIABLE_CONNECTION);
        int receiveMask = verbs_h.IBV_QP_AV()
                | verbs_h.IBV_QP_PATH_MTU()
                | verbs_h.IBV_QP_DEST_QPN()
                | verbs_h.IBV_QP_RQ_PSN()
                | verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC()
                | verbs_h.IBV_QP_MIN_RNR_TIMER();
        modify(QueuePairState.READY_TO_RECEIVE, receiveMask, a -> {
            connection.path().write(ibv_qp_attr.ah_attr(a));
            ibv_qp_attr.path_mtu(a, connection.mtuCode());
            ibv_qp_attr.dest_qp_num(a, connection.queuePair());
            ibv_qp_attr.rq_psn(a, connection.receivePsn());
            ibv_qp_attr.max_dest_rd_atomic(a, (byte) 1);
            ibv_qp_attr.min_rnr_timer(a, (byte) connection.receiverTimer());
        });
        int sendMask = verbs_h.IBV_QP_TIMEOUT()
                | verbs_h.IBV_QP_RETRY_CNT()
                | verbs_h.IBV_QP_RNR_RETRY()
                | verbs_h.IBV_QP_SQ_PSN()
                | verbs_h.IBV_QP_MAX_QP_RD_ATOMIC();
        modify(QueuePairState.READY_TO_SEND, sendMask, a -> {
            ibv_qp_attr.timeout(a, (byte) connection.timeout());
            ibv_qp_attr.retry_cnt(a, (byte) connection.retries());
            ibv_qp_attr.rnr_retry(a, (byte) connection.receiverRetries());
            ibv_qp_attr.sq_psn(a, connection.sendPsn());
            ibv_qp_attr.max_rd_atomic(a, (byte) 1);
        });
    }

    /** To RESET, from any state: what was posted is forgotten and does not complete. */
    public void reset() {
        modify(QueuePairState.RESET, 0, _ -> {});
    }

    /** To the error state, from any but RESET: what was posted completes as flushed. */
    public void fail() {
        modify(QueuePairState.FAILED, 0, _ -> {});
    }

    /** Asks the device. */
    public QueuePairState state() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_qp_attr.layout());
            MemorySegment initial = arena.allocate(ibv_qp_init_attr.layout());
            check("ibv_query_qp", verbs_h.ibv_query_qp(pair, attributes, verbs_h.IBV_QP_STATE(), initial), "");
            return QueuePairState.of(ibv_qp_attr.qp_state(attributes));
        }
    }

    /** Has a UD pair receive what is sent to a multicast group; on Ethernet nothing else is needed, the link's members are the kernel's. */
    public void joinGroup(Gid group) {
        withGid(
                group,
                gid -> check("ibv_attach_mcast", verbs_h.ibv_attach_mcast(pair, gid, (short) 0), " group=" + group));
    }

    /** The opposite of {@link #joinGroup}. */
    public void leaveGroup(Gid group) {
        withGid(
                group,
                gid -> check("ibv_detach_mcast", verbs_h.ibv_detach_mcast(pair, gid, (short) 0), " group=" + group));
    }

    @FunctionalInterface
    private interface Use {
        void of(MemorySegment segment);
    }

    private static void withGid(Gid gid, Use use) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(ibv_gid.layout());
            gid.write(segment);
            use.of(segment);
        }
    }

    private void modify(QueuePairState state, int mask, Use fill) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_qp_attr.layout());
            ibv_qp_attr.qp_state(attributes, state.state());
            fill.of(attributes);
            check(
                    "ibv_modify_qp",
                    verbs_h.ibv_modify_qp(pair, attributes, verbs_h.IBV_QP_STATE() | mask),
                    " service=" + service + " to=" + state);
        }
    }

    private void require(Service wanted) {
        if (service != wanted) {
            throw new IllegalStateException("not for this queue pair: service=" + service + " wanted=" + wanted);
        }
    }

    private void check(String function, int returned, String more) {
        Refused.check(
                function,
                returned,
                "device=" + context.device() + " queuePair=" + number() + more,
                "check the device's state (rdma link show)");
    }

    /** Gives it back; its completions vanish. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            check("ibv_destroy_qp", verbs_h.ibv_destroy_qp(pair), "");
        }
    }
}
