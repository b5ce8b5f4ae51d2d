package io.heliograph.collectives.planning.workload;

import java.util.stream.IntStream;

/**
 * Which ranks make up the groups of a job without pipeline, numbered as Megatron-LM does: neighbours share matrices, then come replicas; neighbouring replicas share experts.
 *
 * @param ranks all of them
 * @param tensor ranks of a tensor-parallel group, which divide them
 * @param expert ranks of an expert-parallel group, which divide the replicas
 */
record GroupLayout(int ranks, int tensor, int expert) {
    GroupLayout {
        if (tensor < 1 || ranks % tensor != 0) {
            throw new IllegalArgumentException("groups of " + tensor + " ranks do not divide " + ranks + " ranks");
        }
        if (expert < 1 || ranks / tensor % expert != 0) {
            throw new IllegalArgumentException("expert-parallel groups of " + expert + " ranks do not divide the "
                    + ranks / tensor + " replicas of " + ranks + " ranks");
        }
    }

    /**
     * The ranks of the group of a name that a rank belongs to.
     *
     * @throws IllegalArgumentException if there is no such group without pipeline
     */
    int[] of(String name, int rank) {
        int matrix = rank % tensor;
        int replica = rank / tensor;
        int block = replica / expert;
        return switch (name) {
            case "tp" -> each(tensor, member -> replica * tensor + member);
            case "dp" -> each(ranks / tensor, member -> member * tensor + matrix);
            case "ep" -> each(expert, member -> (block * expert + member) * tensor + matrix);
            case "ep-dp" ->
                each(ranks / tensor / expert, member -> (member * expert + replica % expert) * tensor + matrix);
            case "ep-tp" -> each(expert * tensor, member -> block * expert * tensor + member);
            case "all" -> each(ranks, member -> member);
            default ->
                throw new IllegalArgumentException("group " + name
                        + " is one of a pipeline: which ranks it has cannot be known here; a job file can say it");
        };
    }

    private interface Member {
        int rank(int member);
    }

    private static int[] each(int members, Member of) {
        return IntStream.range(0, members).map(of::rank).toArray();
    }
}
