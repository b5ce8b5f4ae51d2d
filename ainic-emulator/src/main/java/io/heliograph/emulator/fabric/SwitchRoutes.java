package io.heliograph.emulator.fabric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which link a switch sends a frame by: of those that lead to its destination and have a carrier, the one that the frame's flow hash names, mixed with a seed of the switch's own. */
final class SwitchRoutes {
    private final String name;
    private final int hashSeed;
    private final List<Link> links = new ArrayList<>();
    private Link[] ports = new Link[0];
    private ForwardingTable forwarding = new ForwardingTable(new short[0], new int[1][0]);
    /** The forwarding table by links in place of ports: few steps from a destination to a link, each of which may be a miss of the cache. */
    private Link[][] choicesOfGroup = new Link[1][0];

    /**
     * No links yet.
     *
     * @param name of the switch
     * @param hashSeed of this switch alone, so that switches choose independently of each other
     */
    SwitchRoutes(String name, int hashSeed) {
        this.name = name;
        this.hashSeed = hashSeed;
    }

    void add(Link link) {
        links.add(link);
    }

    /** All links are there. */
    void start(ForwardingTable table) {
        ports = links.toArray(Link[]::new);
        forward(table);
    }

    private void forward(ForwardingTable table) {
        forwarding = table;
        choicesOfGroup = new Link[table.groups()][];
        for (int group = 0; group < choicesOfGroup.length; group++) {
            int[] portsOfGroup = table.portsOfGroup(group);
            Link[] choices = new Link[portsOfGroup.length];
            Arrays.setAll(choices, i -> ports[portsOfGroup[i]]);
            choicesOfGroup[group] = choices;
        }
    }

    /** How many links there are. */
    int count() {
        return links.size();
    }

    /** The link of a port. */
    Link link(int port) {
        return ports[port];
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    /** The link for a frame; null if none leads there. One without carrier is named only if there is no other. */
    @Nullable
    Link choose(int destination, int flowHash) {
        Link[] choices = choicesOfGroup[forwarding.group(destination)];
        if (choices.length <= 1) {
            return choices.length == 0 ? null : choices[0];
        }
        int mixed = mix(flowHash ^ hashSeed);
        Link chosen = choices[scale(mixed, choices.length)];
        return chosen.isDown() ? around(choices, mixed, chosen) : chosen;
    }

    private static Link around(Link[] choices, int mixed, Link down) {
        int up = 0;
        for (Link each : choices) {
            up += each.isDown() ? 0 : 1;
        }
        if (up == 0) {
            return down;
        }
        int skip = scale(mix(mixed), up);
        for (Link each : choices) {
            if (!each.isDown() && skip-- == 0) {
                return each;
            }
        }
        return down;
    }

    /** The finaliser of MurmurHash3. */
    private static int mix(int bits) {
        int h = bits;
        h = (h ^ h >>> 16) * 0x85eb_ca6b;
        h = (h ^ h >>> 13) * 0xc2b2_ae35;
        return h ^ h >>> 16;
    }

    private static int scale(int uniform, int bound) {
        return (int) ((uniform & 0xFFFF_FFFFL) * bound >>> 32);
    }

    /** The links that frames for a host leave by. */
    List<Link> towards(int host) {
        List<Link> towards = new ArrayList<>();
        for (int port : forwarding.ports(host)) {
            towards.add(links.get(port));
        }
        return towards;
    }

    /**
     * Other links for a host.
     *
     * @throws IllegalArgumentException if there are none, or one is not a link of this switch
     */
    void replace(int host, List<Link> via) {
        int[] chosen = new int[via.size()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = links.indexOf(via.get(i));
            if (chosen[i] < 0) {
                throw new IllegalArgumentException("route: switch=" + name + " has no link " + via.get(i));
            }
        }
        if (chosen.length == 0) {
            throw new IllegalArgumentException("route: switch=" + name + " needs a link to send by");
        }
        forward(forwarding.with(host, chosen));
    }
}
