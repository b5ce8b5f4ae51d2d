package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_context;
import io.heliograph.bindings.verbs.generated.ibv_context_ops;
import io.heliograph.bindings.verbs.generated.ibv_cq;
import io.heliograph.bindings.verbs.generated.ibv_send_wr;

/**
 * Where {@code struct ibv_context} has the functions that verbs.h's static inlines call, {@code ibv_poll_cq}, {@code ibv_post_send} and
 * the like, and where requests have what lies in unions. Bytes from the struct's address; part of libibverbs' ABI since version 1.1.
 */
final class VerbsLayout {
    static final long POLL_CQ = ibv_context.ops$offset() + ibv_context_ops.poll_cq$offset();
    static final long REQ_NOTIFY_CQ = ibv_context.ops$offset() + ibv_context_ops.req_notify_cq$offset();
    static final long POST_SEND = ibv_context.ops$offset() + ibv_context_ops.post_send$offset();
    static final long POST_RECV = ibv_context.ops$offset() + ibv_context_ops.post_recv$offset();

    // struct verbs_context, which grows towards lower addresses and ends with the struct ibv_context that we have: by
    // hand, as nothing else of it
    // is called.
    static final long ABI_COMPAT = ibv_context.abi_compat$offset();
    static final long EXTENDED_BYTES = -8;
    static final long QUERY_DEVICE_EX = -104;

    // struct ibv_device_attr_ex of 1.14, by hand as well; later ones are longer.
    static final long DEVICE_ATTR_EX_BYTES = 400;
    static final long ODP_GENERAL = 240;

    static final long CQ_ENTRIES = ibv_cq.cqe$offset();

    private static final long RDMA = ibv_send_wr.wr$offset() + ibv_send_wr.wr.rdma$offset();
    static final long WR_REMOTE_ADDRESS = RDMA + ibv_send_wr.wr.rdma.remote_addr$offset();
    static final long WR_REMOTE_KEY = RDMA + ibv_send_wr.wr.rdma.rkey$offset();

    private static final long UD = ibv_send_wr.wr$offset() + ibv_send_wr.wr.ud$offset();
    static final long WR_HANDLE = UD + ibv_send_wr.wr.ud.ah$offset();
    static final long WR_REMOTE_QUEUE_PAIR = UD + ibv_send_wr.wr.ud.remote_qpn$offset();
    static final long WR_REMOTE_QKEY = UD + ibv_send_wr.wr.ud.remote_qkey$offset();

    private VerbsLayout() {}
}
