package io.heliograph.collectives.planning.job;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Which number each rank has, and at which host it is. Immutable. */
public final class Placement {
    private final Parallelism parallelism;
    private final Map<Dimension, Integer> strides = new EnumMap<>(Dimension.class);
    private final int[] hosts;

    /** What a rank is one of. */
    public enum Dimension {
        /** The ranks of a tensor-parallel group. */
        TENSOR,
        /** The parts of a sequence. */
        CONTEXT,
        /** The replicas. */
        DATA,
        /** The stages. */
        PIPELINE
    }

    /** Megatron-LM's order, tp-cp-dp-pp: neighbours share matrices. */
    public static final List<Dimension> MEGATRON =
            List.of(Dimension.TENSOR, Dimension.CONTEXT, Dimension.DATA, Dimension.PIPELINE);

    /**
     * A placement.
     *
     * @param order dimensions, that in which neighbours differ first
     * @param hosts of each rank, from 0 on
     * @throws IllegalArgumentException if a dimension is missing, or ranks are
     */
    public Placement(Parallelism parallelism, List<Dimension> order, int[] hosts) {
        this.parallelism = parallelism;
        if (order.size() != MEGATRON.size() || !EnumSet.copyOf(order).containsAll(MEGATRON)) {
            throw new IllegalArgumentException("order=" + order + "; each of " + MEGATRON + " belongs there once");
        }
        int stride = 1;
        for (Dimension each : order) {
            strides.put(each, stride);
            stride *= size(each);
        }
        if (hosts.length != parallelism.ranks()) {
            throw new IllegalArgumentException("placement: hosts are given for " + hosts.length + " ranks, the job has "
                    + parallelism.ranks() + " (tensor * context * data * pipeline)");
        }
        this.hosts = hosts.clone();
        for (int rank = 0; rank < hosts.length; rank++) {
            if (hosts[rank] < 0) {
                throw new IllegalArgumentException("placement: rank=" + rank + " host=" + hosts[rank]);
            }
        }
    }

    /**
     * Ranks in Megatron-LM's order, so many at each host.
     *
     * @throws IllegalArgumentException if the last host would have fewer
     */
    public static Placement packed(Parallelism parallelism, List<Dimension> order, int ranksPerHost) {
        Checks.positive("ranks-per-host", ranksPerHost);
        Checks.divides("ranks-per-host", ranksPerHost, "ranks", parallelism.ranks());
        int[] hosts = new int[parallelism.ranks()];
        Arrays.setAll(hosts, rank -> rank / ranksPerHost);
        return new Placement(parallelism, order, hosts);
    }

    private int size(Dimension dimension) {
        return switch (dimension) {
            case TENSOR -> parallelism.tensor();
            case CONTEXT -> parallelism.context();
            case DATA -> parallelism.data();
            case PIPELINE -> parallelism.pipeline();
        };
    }

    /** The number of a rank. */
    public int rank(int tensor, int context, int data, int pipeline) {
        return tensor * stride(Dimension.TENSOR)
                + context * stride(Dimension.CONTEXT)
                + data * stride(Dimension.DATA)
                + pipeline * stride(Dimension.PIPELINE);
    }

    private int stride(Dimension dimension) {
        return strides.getOrDefault(dimension, 0);
    }

    /** The host of a rank. */
    public int host(int rank) {
        return hosts[rank];
    }

    /** One more than the greatest host. */
    public int hosts() {
        return Arrays.stream(hosts).max().orElseThrow() + 1;
    }
}
