package io.heliograph.collectives.algorithm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which ranks share a host.
 *
 * @param hostOfRank a number for each rank, the same where the host is; kept as 0, 1, 2, ... in the order in which hosts first appear
 */
public record Hosts(List<Integer> hostOfRank) {
    private static final int MOST_RANKS = 1 << 16;

    /**
     * Numbers hosts anew.
     *
     * @throws IllegalArgumentException if there are no ranks
     */
    public Hosts {
        hostOfRank = numbered(hostOfRank);
    }

    /** All ranks on one host. */
    public static Hosts single(int ranks) {
        return new Hosts(Collections.nCopies(ranks, 0));
    }

    /** By anything that is equal where the host is the same. */
    public static Hosts of(List<?> hostOfRank) {
        return new Hosts(numbered(hostOfRank));
    }

    /**
     * Hosts with so many ranks each, in the order of ranks.
     *
     * @param sizes such as {@code 4,4,2}
     * @throws IllegalArgumentException if that is not what the text is
     */
    public static Hosts parse(String sizes) {
        List<Integer> hosts = new ArrayList<>();
        String[] parts = sizes.split(",", -1);
        for (int host = 0; host < parts.length; host++) {
            int size;
            try {
                size = Integer.parseInt(parts[host].strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(notSizes(sizes), e);
            }
            if (size < 1 || size > MOST_RANKS) {
                throw new IllegalArgumentException(notSizes(sizes));
            }
            for (int i = 0; i < size; i++) {
                hosts.add(host);
            }
        }
        return new Hosts(hosts);
    }

    private static String notSizes(String text) {
        return "not ranks by host: text=" + text + "; give how many ranks are on each host, such as 4,4,2";
    }

    private static List<Integer> numbered(List<?> hostOfRank) {
        if (hostOfRank.isEmpty()) {
            throw new IllegalArgumentException("hosts: ranks=0; at least 1");
        }
        Map<Object, Integer> numbers = new LinkedHashMap<>();
        List<Integer> hosts = new ArrayList<>();
        for (Object host : hostOfRank) {
            hosts.add(numbers.computeIfAbsent(host, _ -> numbers.size()));
        }
        return List.copyOf(hosts);
    }

    /** How many ranks there are. */
    public int ranks() {
        return hostOfRank.size();
    }

    /** How many hosts there are. */
    public int count() {
        return members().size();
    }

    /** Whether two ranks share one. */
    public boolean isSame(int rank, int other) {
        return hostOfRank.get(rank).equals(hostOfRank.get(other));
    }

    /** For each host its ranks, in their order. */
    List<List<Integer>> members() {
        List<List<Integer>> members = new ArrayList<>();
        for (int rank = 0; rank < hostOfRank.size(); rank++) {
            int host = hostOfRank.get(rank);
            if (host == members.size()) {
                members.add(new ArrayList<>());
            }
            members.get(host).add(rank);
        }
        return members;
    }

    @Override
    public String toString() {
        List<String> sizes = new ArrayList<>();
        members().forEach(host -> sizes.add(Integer.toString(host.size())));
        return String.join(",", sizes);
    }
}
