package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_eth_link;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A device's link ({@code struct rte_eth_link}).
 *
 * @param up whether frames can pass
 * @param speedMegabitsPerSecond as negotiated or configured; software devices name a nominal one
 * @param speedKnown whether the driver knows the speed
 */
public record LinkStatus(boolean up, long speedMegabitsPerSecond, boolean speedKnown) {
    /** Bit fields after the speed, lowest bit first: duplex 1, autonegotiation 1, status 1 (little-endian ABIs). */
    static final long FLAGS_OFFSET = 4;

    static final int STATUS_BIT = 1 << 2;

    static LinkStatus read(MemorySegment link) {
        int speed = rte_eth_link.link_speed(link);
        boolean known = speed != dpdk_h.RTE_ETH_SPEED_NUM_UNKNOWN();
        boolean up = (link.get(ValueLayout.JAVA_BYTE, FLAGS_OFFSET) & STATUS_BIT) != 0;
        return new LinkStatus(up, known ? Integer.toUnsignedLong(speed) : 0, known);
    }
}
