package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import java.util.Optional;

/** The schedules there are, by collective and algorithm. */
public final class Schedules {
    private Schedules() {}

    /**
     * The schedule of a collective among {@code ranks} ranks of one host; empty if the algorithm does not do it, or is {@link Algorithm#MSCCL}, whose schedules come
     * from files. {@link Algorithm#DIRECT} does all of them, but for
     * {@link Collective#SEND_RECEIVE}, which has no schedule.
     *
     * @param root not looked at unless the collective has one
     * @throws IllegalArgumentException if there are no ranks, or no such root
     */
    public static Optional<Schedule> of(Collective collective, Algorithm algorithm, int ranks, int root) {
        return of(collective, algorithm, Hosts.single(ranks), root);
    }

    /**
     * The same where ranks are on several hosts, which {@link Algorithm#HIERARCHICAL} alone cares about.
     *
     * @throws IllegalArgumentException if there is no such root
     */
    public static Optional<Schedule> of(Collective collective, Algorithm algorithm, Hosts hosts, int root) {
        int ranks = hosts.ranks();
        if (collective.isRooted() && (root < 0 || root >= ranks)) {
            throw new IllegalArgumentException("schedule: collective=" + collective.label() + " ranks=" + ranks
                    + " root=" + root + "; the root is one of at least one ranks");
        }
        return Optional.ofNullable(
                switch (algorithm) {
                    case RING ->
                        switch (collective) {
                            case ALL_REDUCE -> Ring.allReduce(ranks);
                            case REDUCE_SCATTER -> Ring.reduceScatter(ranks);
                            case ALL_GATHER -> Ring.allGather(ranks);
                            case BROADCAST -> Ring.broadcast(ranks, root);
                            case REDUCE -> Ring.reduce(ranks, root);
                            default -> null;
                        };
                    case HALVING_DOUBLING ->
                        switch (collective) {
                            case ALL_REDUCE -> HalvingDoubling.allReduce(ranks);
                            case BARRIER -> Dissemination.barrier(ranks);
                            default -> null;
                        };
                    case TREE ->
                        switch (collective) {
                            case ALL_REDUCE -> Tree.allReduce(ranks);
                            case BROADCAST -> Tree.broadcast(ranks, root);
                            case REDUCE -> Tree.reduce(ranks, root);
                            default -> null;
                        };
                    case DOUBLE_TREE ->
                        switch (collective) {
                            case ALL_REDUCE -> DoubleTree.allReduce(ranks);
                            case BROADCAST -> DoubleTree.broadcast(ranks, root);
                            case REDUCE -> DoubleTree.reduce(ranks, root);
                            default -> null;
                        };
                    case HIERARCHICAL ->
                        switch (collective) {
                            case ALL_REDUCE -> Hierarchical.allReduce(hosts);
                            case REDUCE_SCATTER -> Hierarchical.reduceScatter(hosts);
                            case ALL_GATHER -> Hierarchical.allGather(hosts);
                            case BROADCAST -> Hierarchical.broadcast(hosts, root);
                            default -> null;
                        };
                    case MSCCL -> null;
                    case DIRECT ->
                        switch (collective) {
                            case ALL_REDUCE -> Direct.allReduce(ranks);
                            case REDUCE_SCATTER -> Direct.reduceScatter(ranks);
                            case ALL_GATHER -> Direct.allGather(ranks);
                            case ALL_TO_ALL, ALL_TO_ALL_V -> Direct.allToAll(collective, ranks);
                            case BARRIER -> Direct.barrier(ranks);
                            case BROADCAST -> Direct.broadcast(ranks, root);
                            case REDUCE -> Direct.reduce(ranks, root);
                            case GATHER -> Direct.gather(ranks, root);
                            case SCATTER -> Direct.scatter(ranks, root);
                            case SEND_RECEIVE -> null;
                        };
                });
    }
}
