package io.heliograph.emulator.topology;

import io.heliograph.emulator.fabric.CircuitSchedule;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;

/** The usual shapes. Hosts are called h0, h1 and so on, in the order of their numbers. */
public final class Topologies {
    private Topologies() {}

    /** Two hosts and a cable: h0, h1. */
    public static Topology pair(LinkConfig link) {
        return builder -> builder.cable(builder.host("h0"), builder.host("h1"), link);
    }

    /** One switch, s0, and hosts around it. */
    public static Topology star(int hosts, LinkConfig link, SwitchConfig config) {
        requireAtLeast("star: hosts", hosts, 1);
        return builder -> {
            int hub = builder.electricalSwitch("s0", config);
            for (int host = 0; host < hosts; host++) {
                builder.cable(builder.host("h" + host), hub, link);
            }
        };
    }

    /**
     * Leaves (leaf0 ...) with hosts, each joined to every spine (spine0 ...); host h is at leaf h / hostsPerLeaf.
     *
     * @param hostLink between hosts and leaves
     * @param spineLink between leaves and spines
     */
    public static Topology leafSpine(
            int leaves, int spines, int hostsPerLeaf, LinkConfig hostLink, LinkConfig spineLink, SwitchConfig config) {
        return leafSpine(leaves, spines, hostsPerLeaf, 0, hostLink, spineLink, config);
    }

    /**
     * The same with some hosts more, whose numbers come behind all others': the first at leaf 0, the second at leaf 1, and so on.
     *
     * @param extraHosts at most as many as leaves
     */
    public static Topology leafSpine(
            int leaves,
            int spines,
            int hostsPerLeaf,
            int extraHosts,
            LinkConfig hostLink,
            LinkConfig spineLink,
            SwitchConfig config) {
        if (extraHosts < 0 || extraHosts > leaves) {
            throw new IllegalArgumentException(
                    "leaf-spine: extraHosts=" + extraHosts + "; from 0 to leaves=" + leaves + " are possible");
        }
        requireAtLeast("leaf-spine: leaves", leaves, 1);
        requireAtLeast("leaf-spine: spines", spines, 1);
        requireAtLeast("leaf-spine: hostsPerLeaf", hostsPerLeaf, 1);
        return builder -> {
            int[] tops = new int[spines];
            for (int spine = 0; spine < spines; spine++) {
                tops[spine] = builder.electricalSwitch("spine" + spine, config);
            }
            int[] nodes = new int[leaves];
            for (int leaf = 0; leaf < leaves; leaf++) {
                int node = builder.electricalSwitch("leaf" + leaf, config);
                nodes[leaf] = node;
                for (int host = 0; host < hostsPerLeaf; host++) {
                    builder.cable(builder.host("h" + (leaf * hostsPerLeaf + host)), node, hostLink);
                }
                for (int top : tops) {
                    builder.cable(node, top, spineLink);
                }
            }
            for (int extra = 0; extra < extraHosts; extra++) {
                builder.cable(builder.host("h" + (leaves * hostsPerLeaf + extra)), nodes[extra], hostLink);
            }
        };
    }

    /**
     * A three-tier fat tree of switches with k ports (Al-Fares et al., SIGCOMM 2008, section 3), full bisection: k pods of k/2 top-of-rack and k/2 aggregation switches, (k/2)^2 cores, k^3/4 hosts.
     */
    public static Topology fatTree(int k, LinkConfig link, SwitchConfig config) {
        return fatTree(k, 1, link, config);
    }

    /**
     * The same with more hosts at each top-of-rack switch than it has ports up: k/2 times {@code oversubscription}. Switches are tor0 ..., agg0 ..., core0 ...; host h is at tor h / (k/2 *
     * oversubscription), k/2 of which make a pod.
     *
     * @param k ports, even, at least 2
     * @param oversubscription hosts' line rate over that of the ports up, at least 1
     */
    public static Topology fatTree(int k, int oversubscription, LinkConfig link, SwitchConfig config) {
        requireAtLeast("fat tree: k", k, 2);
        requireAtLeast("fat tree: oversubscription", oversubscription, 1);
        if (k % 2 != 0) {
            throw new IllegalArgumentException("fat tree: k=" + k + "; an even number is possible");
        }
        int half = k / 2;
        return builder -> {
            int[] cores = new int[half * half];
            for (int core = 0; core < cores.length; core++) {
                cores[core] = builder.electricalSwitch("core" + core, config);
            }
            for (int pod = 0; pod < k; pod++) {
                int[] aggs = new int[half];
                for (int agg = 0; agg < half; agg++) {
                    aggs[agg] = builder.electricalSwitch("agg" + (pod * half + agg), config);
                    for (int up = 0; up < half; up++) {
                        builder.cable(aggs[agg], cores[agg * half + up], link);
                    }
                }
                for (int tor = 0; tor < half; tor++) {
                    int node = builder.electricalSwitch("tor" + (pod * half + tor), config);
                    for (int host = 0; host < half * oversubscription; host++) {
                        builder.cable(builder.host("h" + builder.hosts()), node, link);
                    }
                    for (int agg : aggs) {
                        builder.cable(node, agg, link);
                    }
                }
            }
        };
    }

    /**
     * Racks (tor0 ...) that reach each other through one optical circuit switch, o0, whose port r is rack r's; host h is in rack h / hostsPerRack.
     *
     * @param hostLink between hosts and racks
     * @param lightLink between a rack and the optical switch: its delay is that to the mirrors
     * @param schedule over as many ports as there are racks
     */
    public static Topology opticalRacks(
            int racks,
            int hostsPerRack,
            LinkConfig hostLink,
            LinkConfig lightLink,
            SwitchConfig config,
            CircuitSchedule schedule) {
        requireAtLeast("optical: racks", racks, 2);
        requireAtLeast("optical: hostsPerRack", hostsPerRack, 1);
        return builder -> {
            int light = builder.opticalSwitch("o0", schedule);
            for (int rack = 0; rack < racks; rack++) {
                int node = builder.electricalSwitch("tor" + rack, config);
                for (int host = 0; host < hostsPerRack; host++) {
                    builder.cable(builder.host("h" + (rack * hostsPerRack + host)), node, hostLink);
                }
                builder.cable(node, light, lightLink);
            }
        };
    }

    static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(what + "=" + value + "; at least " + least);
        }
    }
}
