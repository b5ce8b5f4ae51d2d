package io.heliograph.collectives.planning.rates;

import io.heliograph.transport.IpAddress;

/** Leaves of some hosts, each joined to every spine; packets are sprayed evenly over spines. */
public final class LeafSpine implements FabricRoutes {
    private final int leaves;
    private final int hostsPerLeaf;
    private final int spines;
    private final long hostRate;
    private final long spineRate;

    /** Leaves with as many hosts each, and spines. */
    public LeafSpine(int leaves, int hostsPerLeaf, int spines, long hostRate, long spineRate) {
        this.leaves = leaves;
        this.hostsPerLeaf = hostsPerLeaf;
        this.spines = spines;
        this.hostRate = hostRate;
        this.spineRate = spineRate;
    }

    /** The address of a host. */
    public static IpAddress address(int host) {
        return IpAddress.ofIpv4(0x0A00_0001 + host);
    }

    @Override
    public int hosts() {
        return leaves * hostsPerLeaf;
    }

    @Override
    public int links() {
        return 2 * hosts() + 2 * leaves * spines;
    }

    @Override
    public String name(int link) {
        return "link" + link;
    }

    @Override
    public long rateBitsPerSecond(int link) {
        return link < 2 * hosts() ? hostRate : spineRate;
    }

    @Override
    public Route route(Flow flow) {
        int fromLeaf = flow.from() / hostsPerLeaf;
        int toLeaf = flow.to() / hostsPerLeaf;
        int middle = fromLeaf == toLeaf ? 0 : 2 * spines;
        int[] links = new int[2 + middle];
        double[] parts = new double[2 + middle];
        links[0] = flow.from();
        links[1] = hosts() + flow.to();
        parts[0] = 1;
        parts[1] = 1;
        for (int i = 0; i < middle; i++) {
            int spine = i / 2;
            boolean up = i % 2 == 0;
            links[2 + i] = 2 * hosts() + (up ? fromLeaf : leaves + toLeaf) * spines + spine;
            parts[2 + i] = 1.0 / spines;
        }
        return new Route(links, parts);
    }
}
