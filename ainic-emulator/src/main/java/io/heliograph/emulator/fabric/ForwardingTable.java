package io.heliograph.emulator.fabric;

import java.util.Arrays;

/**
 * By which ports a switch reaches each host: hosts that are reached by the same ports share a group.
 *
 * <p>Two bytes for each host: 1,024 hosts behind 320 switches take 640 KiB.
 */
final class ForwardingTable {
    /** Group of hosts that are not reached at all. */
    static final int NOWHERE = 0;

    private final short[] groupOfHost;
    private final int[][] groups;

    /**
     * @param groupOfHost index into {@code groups} for each host
     * @param groups ports; the first group is empty
     */
    ForwardingTable(short[] groupOfHost, int[][] groups) {
        this.groupOfHost = groupOfHost;
        this.groups = groups;
    }

    /** The ports that lead to a host on a shortest path; none if it is unknown. */
    int[] ports(int host) {
        return groups[group(host)];
    }

    /** The group of a host; {@link #NOWHERE} if it is unknown. */
    int group(int host) {
        return host < 0 ? NOWHERE : groupOfHost[host];
    }

    /** How many groups there are. */
    int groups() {
        return groups.length;
    }

    /** The ports that lead to the hosts of a group. */
    int[] portsOfGroup(int group) {
        return groups[group];
    }

    /** The same table with other ports for one host. */
    ForwardingTable with(int host, int[] ports) {
        short[] changed = groupOfHost.clone();
        int[][] more = Arrays.copyOf(groups, groups.length + 1);
        more[groups.length] = ports.clone();
        changed[host] = (short) groups.length;
        return new ForwardingTable(changed, more);
    }
}
