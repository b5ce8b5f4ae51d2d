package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/**
 * One port of an RDMA device ({@code struct ibv_port_attr}).
 *
 * @param state in libibverbs' words, {@code active}
 * @param activeMtuBytes largest RDMA payload of a packet
 * @param gids size of its GID table
 * @param lid InfiniBand's local identifier, 0 on Ethernet
 * @param ethernet whether the link is Ethernet, so that it speaks RoCE
 * @param active whether packets can get anywhere
 * @param bitsPerSecond nominal speed of the link, 0 if the device says something unknown
 */
public record PortAttributes(
        String state, int activeMtuBytes, int gids, int lid, boolean ethernet, boolean active, long bitsPerSecond) {
    private static final long MEGABIT = 1_000_000;

    static PortAttributes read(MemorySegment attributes) {
        return new PortAttributes(
                verbs_h.ibv_port_state_str(ibv_port_attr.state(attributes)).getString(0),
                // IBV_MTU_256 is 1, each step doubles
                128 << ibv_port_attr.active_mtu(attributes),
                ibv_port_attr.gid_tbl_len(attributes),
                Short.toUnsignedInt(ibv_port_attr.lid(attributes)),
                ibv_port_attr.link_layer(attributes) == verbs_h.IBV_LINK_LAYER_ETHERNET(),
                ibv_port_attr.state(attributes) == verbs_h.IBV_PORT_ACTIVE(),
                bitsPerSecond(
                        Byte.toUnsignedInt(ibv_port_attr.active_width(attributes)),
                        Byte.toUnsignedInt(ibv_port_attr.active_speed(attributes))));
    }

    /** Of a link by the codes of its width and its speed; 0 if one is unknown. */
    static long bitsPerSecond(int width, int speed) {
        return lanes(width) * laneMegabits(speed) * MEGABIT;
    }

    /** Of a link width in the codes of InfiniBand's PortInfo.LinkWidthActive. */
    private static int lanes(int width) {
        return switch (width) {
            case 1 -> 1;
            case 2 -> 4;
            case 4 -> 8;
            case 8 -> 12;
            case 16 -> 2;
            default -> 0;
        };
    }

    /**
     * Of one lane, in the codes of PortInfo.LinkSpeedActive and LinkSpeedExtActive: SDR, DDR, QDR, FDR10, FDR, EDR, HDR, NDR. XDR's 256 does
     * not fit the eight bits of {@code active_speed}, and the field that it fits came after libibverbs 1.14: to it such a link is NDR.
     */
    private static long laneMegabits(int speed) {
        return switch (speed) {
            case 1 -> 2_500;
            case 2 -> 5_000;
            case 4, 8 -> 10_000;
            case 16 -> 14_000;
            case 32 -> 25_000;
            case 64 -> 50_000;
            case 128 -> 100_000;
            default -> 0;
        };
    }
}
