package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/**
 * One port of an RDMA device ({@code struct ibv_port_attr}).
 *
 * @param state in libibverbs' words, {@code PORT_ACTIVE}
 * @param activeMtuBytes largest RDMA payload of a packet
 * @param gids size of its GID table
 * @param lid InfiniBand's local identifier, 0 on Ethernet
 * @param ethernet whether the link is Ethernet, so that it speaks RoCE
 */
public record PortAttributes(String state, int activeMtuBytes, int gids, int lid, boolean ethernet) {
    static PortAttributes read(MemorySegment attributes) {
        return new PortAttributes(
                verbs_h.ibv_port_state_str(ibv_port_attr.state(attributes)).getString(0),
                // IBV_MTU_256 is 1, each step doubles
                128 << ibv_port_attr.active_mtu(attributes),
                ibv_port_attr.gid_tbl_len(attributes),
                Short.toUnsignedInt(ibv_port_attr.lid(attributes)),
                ibv_port_attr.link_layer(attributes) == verbs_h.IBV_LINK_LAYER_ETHERNET());
    }
}
