package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.Switch;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.RatePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fabric as one who shares it out in slots sees it: the first hosts, as many at each leaf, one link from each leaf to each spine, all links equally fast; and which entropy value takes a packet over which spine.
 *
 * <p>On real networks the latter would have to be found out, with probes that name the hops, or set up; here the switches' hash functions are known. It does not hold while links are down.
 */
public final class SlotNetwork {
    private final Fabric fabric;
    private final int nodes;
    private final int nodesPerLeaf;
    private final int entropies;
    private final List<Switch> leaves = new ArrayList<>();
    private final List<Switch> spines = new ArrayList<>();
    /** By source, destination and spine; {@link RatePolicy#ANY_PATH} while it is not looked up. */
    private final char[] found;

    /**
     * Of a fabric's first hosts.
     *
     * @param nodes how many hosts take part
     * @param entropies values that packets have, from {@link Tunables#ENTROPY_BASE} on
     * @throws IllegalArgumentException if the fabric has another shape
     */
    SlotNetwork(Fabric fabric, int nodes, int entropies) {
        this.fabric = fabric;
        this.nodes = nodes;
        this.entropies = entropies;
        int perLeaf = 0;
        for (int host = 0; host < nodes; host++) {
            Switch leaf = leafOf(host);
            if (leaves.isEmpty() || leaves.getLast() != leaf) {
                if (leaves.contains(leaf)) {
                    throw refused("hosts of " + leaf.name() + " do not follow each other");
                }
                leaves.add(leaf);
            }
            perLeaf += leaves.size() == 1 ? 1 : 0;
            if (host / perLeaf != leaves.size() - 1) {
                throw refused(leaf.name() + " has another number of hosts than " + leaves.getFirst());
            }
        }
        nodesPerLeaf = perLeaf;
        if (leaves.size() > 1) {
            findSpines();
        }
        found = new char[nodes * nodes * Math.max(1, spines.size())];
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("a controller shares out leaves and spines with equal links: " + why);
    }

    private Switch leafOf(int host) {
        Link link = fabric.port(host).link();
        if (link.to() instanceof Switch leaf) {
            return leaf;
        }
        throw refused(fabric.port(host).name() + " is at no switch");
    }

    private void findSpines() {
        long rate = lineRateBitsPerSecond();
        for (Link up : leaves.getFirst().linksTowards(nodes - 1)) {
            if (!(up.to() instanceof Switch spine)) {
                throw refused("no switch at the end of " + up);
            }
            spines.add(spine);
        }
        for (int from = 0; from < leaves.size(); from++) {
            for (int to = 0; to < nodes; to++) {
                if (leafOf(to) == leaves.get(from)) {
                    continue;
                }
                List<Link> up = leaves.get(from).linksTowards(to);
                if (up.size() != spines.size()) {
                    throw refused(leaves.get(from) + " has " + up.size() + " links towards host " + to);
                }
                for (int spine = 0; spine < up.size(); spine++) {
                    List<Link> down = spines.get(spine).linksTowards(to);
                    boolean right = up.get(spine).to() == spines.get(spine)
                            && up.get(spine).config().rateBitsPerSecond() == rate
                            && down.size() == 1
                            && down.getFirst().to() == leafOf(to)
                            && down.getFirst().config().rateBitsPerSecond() == rate
                            && fabric.port(to).link().config().rateBitsPerSecond() == rate;
                    if (!right) {
                        throw refused("not so from " + leaves.get(from) + " to host " + to);
                    }
                }
            }
        }
    }

    /** The fabric. */
    public Fabric fabric() {
        return fabric;
    }

    /** Hosts that take part: those with the lowest numbers. */
    public int nodes() {
        return nodes;
    }

    /** Of them at each leaf; the last one may have fewer. */
    public int nodesPerLeaf() {
        return nodesPerLeaf;
    }

    /** Spines; 1 if there is but one leaf. */
    public int spines() {
        return Math.max(1, spines.size());
    }

    /** The rate of the hosts' links, and so of all. */
    public long lineRateBitsPerSecond() {
        return fabric.port(0).link().config().rateBitsPerSecond();
    }

    /**
     * The entropy value that takes packets over a spine; {@link RatePolicy#ANY_PATH} below one leaf.
     *
     * @throws IllegalStateException if none of the values does
     */
    public int entropy(int from, int to, int spine) {
        if (spines.isEmpty() || from / nodesPerLeaf == to / nodesPerLeaf) {
            return RatePolicy.ANY_PATH;
        }
        int place = (from * nodes + to) * spines.size() + spine;
        if (found[place] == RatePolicy.ANY_PATH) {
            found[place] = (char) search(from, to, spine);
        }
        return found[place];
    }

    private int search(int from, int to, int spine) {
        Switch leaf = leafOf(from);
        for (int entropy = Tunables.ENTROPY_BASE; entropy < Tunables.ENTROPY_BASE + entropies; entropy++) {
            Link taken = leaf.linkTaken(from, to, entropy);
            if (taken != null && taken.to() == spines.get(spine)) {
                return entropy;
            }
        }
        throw new IllegalStateException("none of " + entropies + " entropy values takes packets from host " + from
                + " to host " + to + " over " + spines.get(spine) + "; give transport more paths");
    }

    @Override
    public String toString() {
        return "nodes=" + nodes + " nodesPerLeaf=" + nodesPerLeaf + " spines=" + Arrays.toString(spines.toArray());
    }
}
