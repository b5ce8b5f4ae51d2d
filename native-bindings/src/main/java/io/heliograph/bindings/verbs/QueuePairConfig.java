package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_qp_cap;
import io.heliograph.bindings.verbs.generated.ibv_qp_init_attr;
import java.lang.foreign.MemorySegment;

/**
 * What to ask of a queue pair ({@code struct ibv_qp_init_attr}). Requests signal their completion only if they say so.
 *
 * @param service the kind
 * @param sendQueue where completions of sends go
 * @param receiveQueue where completions of receives go; may be the same
 * @param sends requests that can be posted and not completed
 * @param receives the same of receives
 * @param segments memory ranges in one request, at least 1
 */
public record QueuePairConfig(
        Service service,
        CompletionQueue sendQueue,
        CompletionQueue receiveQueue,
        int sends,
        int receives,
        int segments) {
    void write(MemorySegment attributes) {
        attributes.fill((byte) 0);
        ibv_qp_init_attr.send_cq(attributes, MemorySegment.ofAddress(sendQueue.address()));
        ibv_qp_init_attr.recv_cq(attributes, MemorySegment.ofAddress(receiveQueue.address()));
        ibv_qp_init_attr.qp_type(attributes, service.type());
        MemorySegment capacity = ibv_qp_init_attr.cap(attributes);
        ibv_qp_cap.max_send_wr(capacity, sends);
        ibv_qp_cap.max_recv_wr(capacity, receives);
        ibv_qp_cap.max_send_sge(capacity, segments);
        ibv_qp_cap.max_recv_sge(capacity, segments);
    }

    String values() {
        return "service=" + service + " sends=" + sends + " receives=" + receives + " segments=" + segments;
    }
}
