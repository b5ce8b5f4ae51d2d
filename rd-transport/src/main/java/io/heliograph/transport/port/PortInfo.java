package io.heliograph.transport.port;

import io.heliograph.transport.MacAddress;

/**
 * What does not change while a port is open.
 *
 * @param name what the user calls it, such as {@code shm:demo} or {@code net_af_xdp0}
 * @param driver what drives it, such as {@code memory}, {@code shm} or {@code net_af_xdp}
 * @param macAddress its own Ethernet address
 * @param mtuBytes the largest IP packet it carries
 * @param linkBitsPerSecond nominal speed, 0 if unknown
 * @param resolvesNeighbours whether Ethernet addresses of peers must be asked for (ARP, neighbour discovery); false where every frame
 *     reaches the one peer there is
 */
public record PortInfo(
        String name,
        String driver,
        MacAddress macAddress,
        int mtuBytes,
        long linkBitsPerSecond,
        boolean resolvesNeighbours) {}
