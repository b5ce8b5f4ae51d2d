package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_context;
import io.heliograph.bindings.verbs.generated.ibv_context_ops;

/**
 * Where {@code struct ibv_context} has the functions that verbs.h's static inlines call: {@code ibv_poll_cq}, {@code ibv_post_send},
 * {@code ibv_post_recv}. Bytes from the context's address; part of libibverbs' ABI since version 1.1.
 */
final class VerbsLayout {
    static final long POLL_CQ = ibv_context.ops$offset() + ibv_context_ops.poll_cq$offset();
    static final long POST_SEND = ibv_context.ops$offset() + ibv_context_ops.post_send$offset();
    static final long POST_RECV = ibv_context.ops$offset() + ibv_context_ops.post_recv$offset();

    private VerbsLayout() {}
}
