package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.Parallelism;
import io.heliograph.collectives.planning.job.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The ranks of each group of a job's stage, and their hosts, by the name of the group. */
public final class Membership {
    private final Parallelism parallelism;
    private final Placement placement;

    /** Of a job. */
    public Membership(Job job) {
        parallelism = job.parallelism();
        placement = job.placement();
    }

    /** The hosts of all groups of a name, as {@link #ranks}. */
    List<int[]> groups(String name, int stage) {
        List<int[]> hosts = new ArrayList<>();
        for (int[] ranks : ranks(name, stage)) {
            hosts.add(IntStream.of(ranks).map(placement::host).toArray());
        }
        return hosts;
    }

    /** All groups of a name that ranks of a stage belong to; groups over stages are those of its ranks. */
    public List<int[]> ranks(String name, int stage) {
        int tensor = parallelism.tensor();
        int context = parallelism.context();
        int data = context * parallelism.data();
        int expert = parallelism.expert();
        return switch (name) {
            case "tp" -> each(data, tensor, (group, member) -> rank(member, group, stage));
            case "cp" ->
                each(
                        tensor * parallelism.data(),
                        context,
                        (group, member) -> rank(group % tensor, group / tensor * context + member, stage));
            case "dp" -> each(tensor, data, (group, member) -> rank(group, member, stage));
            case "ep" ->
                each(
                        tensor * (data / expert),
                        expert,
                        (group, member) -> rank(group % tensor, group / tensor * expert + member, stage));
            case "ep-dp" ->
                each(
                        tensor * expert,
                        data / expert,
                        (group, member) -> rank(group % tensor, group / tensor + member * expert, stage));
            case "ep-tp" ->
                each(
                        data / expert,
                        expert * tensor,
                        (group, member) -> rank(member % tensor, group * expert + member / tensor, stage));
            case "embedding" ->
                each(
                        tensor * data,
                        2,
                        (group, member) ->
                                rank(group % tensor, group / tensor, member == 0 ? 0 : parallelism.pipeline() - 1));
            case "mp" ->
                each(
                        data,
                        tensor * parallelism.pipeline(),
                        (group, member) -> rank(member % tensor, group, member / tensor));
            case "all" -> List.of(IntStream.range(0, parallelism.ranks()).toArray());
            default -> throw new IllegalArgumentException("unknown group: " + name);
        };
    }

    /** Whether a group has ranks of several stages: each of them tells of it. */
    public static boolean isOverStages(String name) {
        return name.equals("embedding") || name.equals("mp") || name.equals("all");
    }

    private interface Member {
        int rank(int group, int member);
    }

    private static List<int[]> each(int groups, int members, Member of) {
        List<int[]> all = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            int number = group;
            all.add(IntStream.range(0, members)
                    .map(member -> of.rank(number, member))
                    .toArray());
        }
        return all;
    }

    /**
     * The host of a rank.
     *
     * @param replica part of a sequence, then replica: context + contexts * data
     */
    int host(int tensor, int replica, int stage) {
        return placement.host(rank(tensor, replica, stage));
    }

    /** The number of that rank. */
    public int rank(int tensor, int replica, int stage) {
        int context = parallelism.context();
        return placement.rank(tensor, replica % context, replica / context, stage);
    }
}
