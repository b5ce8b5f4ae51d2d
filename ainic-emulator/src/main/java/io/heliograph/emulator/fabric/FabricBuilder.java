package io.heliograph.emulator.fabric;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.LinkState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects hosts, switches and cables, and makes a {@link Fabric} of them, with the shortest paths as routes: of equal ones all, one of them for each flow hash.
 *
 * <p>Nodes are numbered from 0 in the order in which they are added; hosts have host numbers from 0 besides. Set-up only.
 */
public final class FabricBuilder {
    /** Two bytes each. */
    private static final long MOST_ROUTES = 1 << 28;

    private final List<Spot> spots = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int hosts;

    /** A node to be. */
    private record Spot(
            String name,
            int host,
            @Nullable SwitchConfig electrical,
            @Nullable CircuitSchedule optical) {}

    private record Cable(int one, int other, LinkConfig there, LinkConfig back) {}

    /** Adds a host; returns the number of the node. */
    public int host(String name) {
        return add(new Spot(name, hosts++, null, null));
    }

    /** Adds a switch; returns the number of the node. */
    public int electricalSwitch(String name, SwitchConfig config) {
        return add(new Spot(name, -1, config, null));
    }

    /** Adds an optical circuit switch, whose ports are its cables in the order in which they are added; returns the number of the node. */
    public int opticalSwitch(String name, CircuitSchedule schedule) {
        return add(new Spot(name, -1, null, schedule));
    }

    private int add(Spot spot) {
        if (!names.add(spot.name())) {
            throw new IllegalArgumentException("two nodes with one name: name=" + spot.name());
        }
        spots.add(spot);
        return spots.size() - 1;
    }

    /** Joins two nodes by a cable that is alike in both directions. */
    public FabricBuilder cable(int one, int other, LinkConfig config) {
        return cable(one, other, config, config);
    }

    /**
     * Joins two nodes by a cable.
     *
     * @throws IllegalArgumentException if there are no such nodes, or they are the same
     */
    public FabricBuilder cable(int one, int other, LinkConfig there, LinkConfig back) {
        if (one < 0 || other < 0 || one >= spots.size() || other >= spots.size() || one == other) {
            throw new IllegalArgumentException(
                    "cable between no two nodes: one=" + one + " other=" + other + " nodes=" + spots.size());
        }
        cables.add(new Cable(one, other, there, back));
        return this;
    }

    /** Hosts so far. */
    public int hosts() {
        return hosts;
    }

    /**
     * The fabric, at time 0.
     *
     * @throws IllegalArgumentException if it would be too large, a host has no cable or several, a host cannot reach another, or an optical switch has other cables than its schedule has ports
     */
    public Fabric build(FabricConfig config) {
        if ((long) spots.size() * hosts > MOST_ROUTES) {
            throw new IllegalArgumentException("fabric too large: nodes=" + spots.size() + " hosts=" + hosts + "; "
                    + MOST_ROUTES + " routes from nodes to hosts are possible");
        }
        Fabric fabric = new Fabric(config, hosts);
        // Of equal seeds each its own chance.
        SeededRandom seeds = new SeededRandom(config.seed());
        List<Node> nodes = new ArrayList<>();
        for (Spot spot : spots) {
            nodes.add(make(fabric, spot, seeds));
        }
        ShortestPaths paths = new ShortestPaths(nodes.size());
        for (Cable cable : cables) {
            Node one = nodes.get(cable.one());
            Node other = nodes.get(cable.other());
            int portOfOne = portsOf(one);
            int portOfOther = portsOf(other);
            Link there = link(fabric, one, portOfOne, other, portOfOther, cable.there(), seeds);
            Link back = link(fabric, other, portOfOther, one, portOfOne, cable.back(), seeds);
            there.reverse(back);
            back.reverse(there);
            paths.edge(cable.one(), cable.other(), portOfOne, portOfOther);
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof FabricPort port) {
                if (port.linkState() == LinkState.DOWN) {
                    throw new IllegalArgumentException("host without a cable: host=" + port.name());
                }
                paths.host(i);
            }
        }
        start(nodes, paths.tables());
        return fabric;
    }

    private static Node make(Fabric fabric, Spot spot, SeededRandom seeds) {
        if (spot.electrical() != null) {
            Switch made = new Switch(fabric, fabric.switchCount(), spot.name(), spot.electrical(), seeds.nextLong());
            fabric.add(made);
            return made;
        }
        if (spot.optical() != null) {
            OpticalSwitch made = new OpticalSwitch(fabric, spot.name(), spot.optical());
            fabric.add(made);
            return made;
        }
        FabricPort made = new FabricPort(fabric, spot.host(), spot.name());
        fabric.add(made);
        return made;
    }

    private static Link link(
            Fabric fabric, Node from, int fromPort, Node to, int toPort, LinkConfig config, SeededRandom seeds) {
        LinkEnds ends = new LinkEnds(fabric.linkCount(), config, from, fromPort, to, toPort);
        Link link = new Link(fabric, ends, new SeededRandom(seeds.nextLong()));
        switch (from) {
            case Switch node -> node.addPort(link);
            case OpticalSwitch node -> node.addPort(link);
            case FabricPort node -> node.attach(link);
            default -> throw new IllegalStateException("node of an unknown kind: " + from);
        }
        fabric.add(link);
        return link;
    }

    private static int portsOf(Node node) {
        return switch (node) {
            case Switch each -> each.portCount();
            case OpticalSwitch each -> each.portCount();
            default -> 0;
        };
    }

    private static void start(List<Node> nodes, ForwardingTable[] tables) {
        for (int i = 0; i < tables.length; i++) {
            if (nodes.get(i) instanceof Switch node) {
                node.start(tables[i]);
            } else if (nodes.get(i) instanceof OpticalSwitch node) {
                node.start(tables[i]);
            }
        }
    }
}
