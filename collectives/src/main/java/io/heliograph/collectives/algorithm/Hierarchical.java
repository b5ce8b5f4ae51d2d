package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;
import static io.heliograph.collectives.algorithm.Place.scratch;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import java.util.List;

/**
 * Within hosts, across them, and within them again, so that what crosses between hosts was reduced on its host first, and is distributed there after. Hosts may have any numbers of ranks.
 *
 * <p>Each rank of a host does its share of what crosses. Steps are written down in one order for all ranks, in which each chunk is received before another goes the same way: the
 * least room that channels have is enough.
 */
final class Hierarchical {
    private final Programs programs;
    private final List<List<Integer>> hosts;
    private final int widest;

    private Hierarchical(Hosts hosts) {
        programs = new Programs(hosts.ranks());
        this.hosts = hosts.members();
        widest = this.hosts.stream().mapToInt(List::size).max().orElseThrow();
    }

    /** The rank of a host that carries a column: what goes between hosts is dealt out to its ranks. */
    private int carrier(int host, int column) {
        List<Integer> members = hosts.get(host);
        return members.get(column % members.size());
    }

    private int hostAt(int host, int distance) {
        return Math.floorMod(host + distance, hosts.size());
    }

    /**
     * A host's ranks reduce each chunk at its carrier, in the order of ranks from the carrier on and round; carriers of one column form a ring over hosts, as {@link Ring#allReduce}; and give the
     * chunks to the others of their host.
     */
    static Schedule allReduce(Hosts hosts) {
        Hierarchical all = new Hierarchical(hosts);
        int chunks = all.hosts.size() * all.widest;
        for (int host = 0; host < all.hosts.size(); host++) {
            all.reduceWithin(host, chunks);
        }
        all.ringAcross();
        for (int host = 0; host < all.hosts.size(); host++) {
            all.distributeWithin(host, chunks);
        }
        return all.programs.schedule(Collective.ALL_REDUCE, Algorithm.HIERARCHICAL, 0, chunks, chunks, 0);
    }

    private int chunk(int host, int column) {
        return host * widest + column;
    }

    private void reduceWithin(int host, int chunks) {
        List<Integer> members = hosts.get(host);
        int size = members.size();
        // The chunks of a round have different carriers: one chunk each way between any two ranks.
        for (int first = 0; first < chunks; first += widest) {
            for (int column = 0; column < widest; column += size) {
                int end = Math.min(column + size, widest);
                for (int i = column; i < end; i++) {
                    for (int rank : members) {
                        if (rank != carrier(host, i)) {
                            programs.add(rank, Step.send(carrier(host, i), input(first + i)));
                        }
                    }
                }
                for (int i = column; i < end; i++) {
                    gatherSum(host, i, first + i, output(first + i));
                }
            }
        }
    }

    /** The carrier's own + the next's + ..., round the host. */
    private void gatherSum(int host, int column, int chunk, Place sum) {
        int size = hosts.get(host).size();
        int carrier = carrier(host, column);
        if (size == 1) {
            programs.add(carrier, Step.copy(input(chunk), sum));
        }
        for (int i = 1; i < size; i++) {
            programs.add(carrier, Step.reduceRight(carrier(host, column % size + i), i == 1 ? input(chunk) : sum, sum));
        }
    }

    private void ringAcross() {
        int count = hosts.size();
        for (int i = 0; i < count - 1; i++) {
            for (int column = 0; column < widest; column++) {
                for (int host = 0; host < count; host++) {
                    sendOn(host, column, hostAt(host, -i));
                }
                for (int host = 0; host < count; host++) {
                    Place sum = output(chunk(hostAt(host, -i - 1), column));
                    programs.add(carrier(host, column), Step.reduceLeft(carrier(hostAt(host, -1), column), sum, sum));
                }
            }
        }
        for (int column = 0; column < widest; column++) {
            for (int host = 0; host < count; host++) {
                programs.add(carrier(host, column), Step.finish(output(chunk(hostAt(host, 1), column))));
            }
        }
        for (int i = 0; i < count - 1; i++) {
            for (int column = 0; column < widest; column++) {
                for (int host = 0; host < count; host++) {
                    sendOn(host, column, hostAt(host, 1 - i));
                }
                for (int host = 0; host < count; host++) {
                    programs.add(
                            carrier(host, column),
                            Step.receive(carrier(hostAt(host, -1), column), output(chunk(hostAt(host, -i), column))));
                }
            }
        }
    }

    private void sendOn(int host, int column, int chunkOfHost) {
        programs.add(
                carrier(host, column), Step.send(carrier(hostAt(host, 1), column), output(chunk(chunkOfHost, column))));
    }

    private void distributeWithin(int host, int chunks) {
        List<Integer> members = hosts.get(host);
        for (int first = 0; first < chunks; first += widest) {
            for (int column = 0; column < widest; column += members.size()) {
                int end = Math.min(column + members.size(), widest);
                for (int i = column; i < end; i++) {
                    sendToOthers(host, i, output(first + i));
                }
                for (int i = column; i < end; i++) {
                    receiveAtOthers(host, i, first + i);
                }
            }
        }
    }

    private void sendToOthers(int host, int column, Place from) {
        int carrier = carrier(host, column);
        for (int rank : hosts.get(host)) {
            if (rank != carrier) {
                programs.add(carrier, Step.send(rank, from));
            }
        }
    }

    private void receiveAtOthers(int host, int column, int chunk) {
        int carrier = carrier(host, column);
        for (int rank : hosts.get(host)) {
            if (rank != carrier) {
                programs.add(rank, Step.receive(carrier, output(chunk)));
            }
        }
    }

    /**
     * Part r is ((S[h] + S[h-1]) + ...), where h is rank r's host and S[i] what host i has reduced: at its carrier for that part, from it on and round; rank r carries its own.
     */
    static Schedule reduceScatter(Hosts hosts) {
        Hierarchical all = new Hierarchical(hosts);
        for (int distance = 0; distance < all.hosts.size(); distance++) {
            for (int round = 0; round < all.widest; round++) {
                for (int host = 0; host < all.hosts.size(); host++) {
                    all.reduceFor(host, all.hostAt(host, distance), round, distance > 0);
                }
                for (int host = 0; host < all.hosts.size() && distance > 0; host++) {
                    all.addUp(host, all.hostAt(host, distance), round);
                }
            }
        }
        for (int rank = 0; rank < hosts.ranks(); rank++) {
            all.programs.add(rank, Step.finish(output(0)));
        }
        return all.programs.schedule(Collective.REDUCE_SCATTER, Algorithm.HIERARCHICAL, 0, hosts.ranks(), 1, 2);
    }

    /** In a round, a host reduces as many parts of another as it has ranks. */
    private int end(int host, int target, int round) {
        return Math.min((round + 1) * hosts.get(host).size(), hosts.get(target).size());
    }

    private void reduceFor(int host, int target, int round, boolean crosses) {
        List<Integer> members = hosts.get(host);
        int begin = round * members.size();
        int end = end(host, target, round);
        for (int i = begin; i < end; i++) {
            for (int rank : members) {
                if (rank != carrier(host, i)) {
                    programs.add(
                            rank,
                            Step.send(carrier(host, i), input(hosts.get(target).get(i))));
                }
            }
        }
        for (int i = begin; i < end; i++) {
            int part = hosts.get(target).get(i);
            boolean alone = members.size() == 1;
            Place sum = crosses ? scratch(round % 2) : output(0);
            if (!alone || !crosses) {
                gatherSum(host, i, part, sum);
            }
            if (crosses) {
                programs.add(carrier(host, i), Step.send(part, alone ? input(part) : sum));
            }
        }
    }

    private void addUp(int host, int target, int round) {
        for (int i = round * hosts.get(host).size(); i < end(host, target, round); i++) {
            programs.add(hosts.get(target).get(i), Step.reduceRight(carrier(host, i), output(0), output(0)));
        }
    }

    /** Each rank's part goes to the others of its host, and to one rank of each other host, which gives it to the others there. */
    static Schedule allGather(Hosts hosts) {
        Hierarchical all = new Hierarchical(hosts);
        for (int rank = 0; rank < hosts.ranks(); rank++) {
            all.programs.add(rank, Step.copy(input(0), output(rank)));
        }
        for (int distance = 0; distance < all.hosts.size(); distance++) {
            for (int round = 0; round < all.widest; round++) {
                for (int host = 0; host < all.hosts.size() && distance > 0; host++) {
                    all.cross(all.hostAt(host, -distance), host, round);
                }
                for (int host = 0; host < all.hosts.size(); host++) {
                    all.spread(all.hostAt(host, -distance), host, round);
                }
            }
        }
        return all.programs.schedule(Collective.ALL_GATHER, Algorithm.HIERARCHICAL, 0, 1, hosts.ranks(), 0);
    }

    private void cross(int source, int host, int round) {
        int begin = round * hosts.get(host).size();
        for (int i = begin; i < end(host, source, round); i++) {
            programs.add(hosts.get(source).get(i), Step.send(carrier(host, i), input(0)));
        }
        for (int i = begin; i < end(host, source, round); i++) {
            int part = hosts.get(source).get(i);
            programs.add(carrier(host, i), Step.receive(part, output(part)));
        }
    }

    private void spread(int source, int host, int round) {
        int begin = round * hosts.get(host).size();
        for (int i = begin; i < end(host, source, round); i++) {
            int part = hosts.get(source).get(i);
            sendToOthers(host, i, part == carrier(host, i) ? input(0) : output(part));
        }
        for (int i = begin; i < end(host, source, round); i++) {
            receiveAtOthers(host, i, hosts.get(source).get(i));
        }
    }

    /** A binary tree over hosts from the root's on, and one on each host from the rank on that got it. */
    static Schedule broadcast(Hosts hosts, int root) {
        Hierarchical all = new Hierarchical(hosts);
        int rootHost = hosts.hostOfRank().get(root);
        int count = all.hosts.size();
        for (int place = 0; place < count; place++) {
            int host = all.hostAt(rootHost, place);
            int leader = place == 0 ? root : all.carrier(host, 0);
            Place held = place == 0 ? input(0) : output(0);
            if (place > 0) {
                int parent = (place - 1) / 2;
                int sender = parent == 0 ? root : all.carrier(all.hostAt(rootHost, parent), 0);
                all.programs.add(leader, Step.receive(sender, output(0)));
            }
            for (int child = 2 * place + 1; child <= 2 * place + 2 && child < count; child++) {
                all.programs.add(leader, Step.send(all.carrier(all.hostAt(rootHost, child), 0), held));
            }
            all.broadcastWithin(host, leader, held);
        }
        all.programs.add(root, Step.copy(input(0), output(0)));
        return all.programs.schedule(Collective.BROADCAST, Algorithm.HIERARCHICAL, root, 1, 1, 0);
    }

    private void broadcastWithin(int host, int leader, Place held) {
        List<Integer> members = hosts.get(host);
        int first = members.indexOf(leader);
        for (int place = 0; place < members.size(); place++) {
            int rank = members.get((first + place) % members.size());
            if (place > 0) {
                programs.add(rank, Step.receive(members.get((first + (place - 1) / 2) % members.size()), output(0)));
            }
            for (int child = 2 * place + 1; child <= 2 * place + 2 && child < members.size(); child++) {
                programs.add(
                        rank, Step.send(members.get((first + child) % members.size()), place == 0 ? held : output(0)));
            }
        }
    }
}
