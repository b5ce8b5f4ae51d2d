package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.ibv_ah_attr;
import io.heliograph.bindings.verbs.generated.ibv_global_route;
import java.lang.foreign.MemorySegment;

/**
 * The way to another port ({@code struct ibv_ah_attr} with a global route).
 *
 * @param port the own port, numbered from 1
 * @param gidIndex the own GID, by its place in the port's table
 * @param destination the other's GID
 * @param lid the other's local identifier on InfiniBand, 0 on Ethernet
 * @param hopLimit of the packets
 * @param trafficClass of the packets
 * @param serviceLevel of the packets; on Ethernet their priority
 */
public record AddressVector(
        int port, int gidIndex, Gid destination, int lid, int hopLimit, int trafficClass, int serviceLevel) {
    private static final int HOPS = 64;

    /** To a GID in the best-effort class over up to 64 routers. */
    public static AddressVector to(Gid destination, int port, int gidIndex) {
        return new AddressVector(port, gidIndex, destination, 0, HOPS, 0, 0);
    }

    void write(MemorySegment attributes) {
        attributes.fill((byte) 0);
        MemorySegment route = ibv_ah_attr.grh(attributes);
        destination.write(ibv_global_route.dgid(route));
        ibv_global_route.sgid_index(route, (byte) gidIndex);
        ibv_global_route.hop_limit(route, (byte) hopLimit);
        ibv_global_route.traffic_class(route, (byte) trafficClass);
        ibv_ah_attr.dlid(attributes, (short) lid);
        ibv_ah_attr.sl(attributes, (byte) serviceLevel);
        ibv_ah_attr.is_global(attributes, (byte) 1);
        ibv_ah_attr.port_num(attributes, (byte) port);
    }
}
