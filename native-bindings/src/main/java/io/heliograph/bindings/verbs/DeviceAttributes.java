package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_device_attr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What an RDMA device can do ({@code struct ibv_device_attr_ex}).
 *
 * @param firmware version, as the vendor writes it
 * @param ports how many it has, numbered from 1
 * @param maxQueuePairs how many
 * @param maxWorkRequests of one queue
 * @param maxCompletions of one completion queue
 * @param maxRegionBytes of one memory region; {@link Long#MAX_VALUE} where the device knows no limit
 * @param onDemand whether it faults pages in, so that {@link MemoryAccess#ON_DEMAND} is to be had
 */
public record DeviceAttributes(
        String firmware,
        int ports,
        int maxQueuePairs,
        int maxWorkRequests,
        int maxCompletions,
        long maxRegionBytes,
        boolean onDemand) {
    /** {@code IBV_ODP_SUPPORT}. */
    private static final long ODP_SUPPORT = 1;

    /** Reads a {@code struct ibv_device_attr_ex}, which begins with a {@code struct ibv_device_attr}. */
    static DeviceAttributes read(MemorySegment attributes) {
        long maxRegionBytes = ibv_device_attr.max_mr_size(attributes); // unsigned; Soft-RoCE says all ones
        return new DeviceAttributes(
                ibv_device_attr.fw_ver(attributes).getString(0),
                Byte.toUnsignedInt(ibv_device_attr.phys_port_cnt(attributes)),
                ibv_device_attr.max_qp(attributes),
                ibv_device_attr.max_qp_wr(attributes),
                ibv_device_attr.max_cqe(attributes),
                maxRegionBytes < 0 ? Long.MAX_VALUE : maxRegionBytes,
                (attributes.get(ValueLayout.JAVA_LONG, VerbsLayout.ODP_GENERAL) & ODP_SUPPORT) != 0);
    }
}
