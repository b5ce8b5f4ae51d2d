package io.heliograph.emulator.experiment;

import io.heliograph.transport.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ranks of a training job send to each other, by the kind of parallelism; several groups of ranks do the same side by side.
 *
 * @param parallelism which one
 * @param groups that do it at the same time
 * @param ranks of each group
 * @param placement of ranks on hosts
 * @param bytes of one round, see {@link Parallelism}
 * @param rounds buckets, layers or microbatches
 * @param computePs between rounds, see {@link Parallelism}
 * @param algorithm of all-reduces
 * @param popularity of experts
 * @param foresight what an offline plan knows
 */
record TrainingTraffic(
        Parallelism parallelism,
        int groups,
        int ranks,
        Placement placement,
        long bytes,
        int rounds,
        long computePs,
        Algorithm algorithm,
        Popularity popularity,
        Foresight foresight)
        implements Workload {

    /** Kinds of parallelism. */
    enum Parallelism {
        /** Gradients are all-reduced in buckets of {@code bytes}; each becomes ready {@code computePs} after the one before, whether or not that one is through (Li et al., "PyTorch Distributed", VLDB 2020, section 3.2). */
        DATA,
        /** Activations of {@code bytes} are all-reduced, two times a layer and direction, with computation in between (Shoeybi et al., "Megatron-LM", 2019, section 3). */
        TENSOR,
        /**
         * Activations of {@code bytes} go from stage to stage and gradients back, in the order 1F1B: one forward, one backward (Narayanan et al., "PipeDream", SOSP 2019, section 3.2; without interleaving). A forward step takes {@code computePs}, a backward
         * step twice that; a round is a microbatch.
         */
        PIPELINE,
        /** Shards of {@code bytes} are all-gathered, and partial sums of as much reduce-scattered after computation, directly from each rank to each (Korthikanti et al., "Reducing activation recomputation", MLSys 2023, section 4.2). */
        SEQUENCE,
        /** Each rank sends tokens of {@code bytes} to the experts of all ranks and gets as much back after computation (Lepikhin et al., "GShard", ICLR 2021, section 3). Which experts are popular changes with each round. */
        EXPERT
    }

    /**
     * Which part of the tokens goes to which expert.
     *
     * @param skew the k-th most popular expert gets a part in proportion to k to the power of minus this (Zipf's law)
     * @param isOwn whether each rank has an order of its own, or all the same
     */
    record Popularity(double skew, boolean isOwn) {
        /** All experts alike. */
        static final Popularity EVEN = new Popularity(0, false);
    }

    /** What an offline plan knows of the traffic. */
    enum Foresight {
        /** All that will be sent, and nothing of when. */
        BYTES,
        /** Of experts, the mean of what any rank sends to any other; which are popular turns out in the run. */
        MEAN,
        /** Of pipelines, besides the bytes, that activations and gradients hardly ever are under way at the same time. */
        APART
    }

    @Override
    public int hosts() {
        return groups * ranks;
    }

    @Override
    public long stepCount() {
        long perRound = switch (parallelism) {
            case DATA, TENSOR -> algorithm.stepsOf(ranks) + 2L * ranks;
            case PIPELINE -> 4L * ranks;
            case SEQUENCE, EXPERT -> 2L * ranks * ranks;
        };
        return (long) groups * rounds * perRound;
    }

    @Override
    public List<Step> steps(RandomSource random) {
        StepList list = new StepList(hosts());
        for (int group = 0; group < groups; group++) {
            int[] hosts = placement.group(group, groups, ranks);
            switch (parallelism) {
                case DATA -> addData(list, hosts);
                case TENSOR -> addTensor(list, hosts);
                case PIPELINE -> addPipeline(list, hosts);
                case SEQUENCE -> addSequence(list, hosts);
                case EXPERT -> addExperts(list, hosts, random);
            }
        }
        return list.steps();
    }

    private void addData(StepList list, int[] hosts) {
        int[] computed = new int[ranks];
        for (int bucket = 0; bucket < rounds; bucket++) {
            for (int rank = 0; rank < ranks; rank++) {
                int host = hosts[rank];
                int[] reduced = list.after(host);
                // The backward pass does not wait for buckets that are on their way.
                computed[rank] = bucket == 0
                        ? list.add(host, host, 0, 0, computePs)
                        : list.add(host, host, 0, 0, computePs, computed[rank]);
                int ready = list.add(host, host, 0, 0, 0, with(reduced, computed[rank]));
                list.after(host, ready);
            }
            algorithm.allReduce(list, hosts, bytes);
        }
    }

    private static int[] with(int[] numbers, int more) {
        int[] longer = new int[numbers.length + 1];
        System.arraycopy(numbers, 0, longer, 0, numbers.length);
        longer[numbers.length] = more;
        return longer;
    }

    private void addTensor(StepList list, int[] hosts) {
        for (int round = 0; round < rounds; round++) {
            list.compute(hosts, computePs);
            algorithm.allReduce(list, hosts, bytes);
        }
    }

    private void addSequence(StepList list, int[] hosts) {
        for (int round = 0; round < rounds; round++) {
            list.compute(hosts, computePs);
            list.allToAll(hosts, bytes);
            list.compute(hosts, computePs);
            list.allToAll(hosts, bytes);
        }
    }

    private void addExperts(StepList list, int[] hosts, RandomSource random) {
        for (int round = 0; round < rounds; round++) {
            long[][] dispatched = dispatch(random);
            long[][] combined = new long[ranks][ranks];
            for (int from = 0; from < ranks; from++) {
                for (int to = 0; to < ranks; to++) {
                    combined[to][from] = dispatched[from][to];
                }
            }
            list.compute(hosts, computePs);
            list.allToAll(hosts, dispatched);
            list.compute(hosts, computePs);
            list.allToAll(hosts, combined);
        }
    }

    /** What each rank sends to the expert of each; the order of popularity is by chance. */
    private long[][] dispatch(RandomSource random) {
        double[] parts = new double[ranks];
        double sum = 0;
        for (int place = 0; place < ranks; place++) {
            parts[place] = StrictMath.pow(place + 1, -popularity.skew());
            sum += parts[place];
        }
        long[][] sent = new long[ranks][ranks];
        for (int from = 0; from < ranks; from++) {
            if (from == 0 || popularity.isOwn()) {
                shuffle(parts, random);
            }
            for (int to = 0; to < ranks; to++) {
                sent[from][to] = from == to ? 0 : Math.max(1, (long) (bytes * parts[to] / sum));
            }
        }
        return sent;
    }

    /** Puts values in an order by chance. */
    static void shuffle(double[] values, RandomSource random) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = (int) Long.remainderUnsigned(random.nextLong(), i + 1);
            double kept = values[i];
            values[i] = values[other];
            values[other] = kept;
        }
    }

    @Override
    public List<Step> expected(List<Step> steps) {
        List<Step> expected = new ArrayList<>(steps.size());
        for (Step step : steps) {
            long planned = foresight == Foresight.MEAN ? Math.max(1, bytes / ranks) : step.bytes();
            int phase = parallelism == Parallelism.PIPELINE && foresight != Foresight.APART ? 0 : step.phase();
            expected.add(step.isComputation() ? step : step.planned(planned, phase));
        }
        return expected;
    }

    /**
     * The stages of a pipeline. A host computes forward and backward steps in a fixed order, each when its input has arrived; outputs go to the neighbours, activations in one phase and gradients in another.
     */
    private void addPipeline(StepList list, int[] hosts) {
        int[][] activations = new int[ranks][rounds];
        int[][] gradients = new int[ranks][rounds];
        int[] forwards = new int[ranks];
        int[] backwards = new int[ranks];
        // Steps name earlier ones only, so stages take turns until nobody gets on.
        boolean gotOn = true;
        while (gotOn) {
            gotOn = false;
            for (int stage = 0; stage < ranks; stage++) {
                int warmUp = Math.min(ranks - stage, rounds);
                boolean isForward = forwards[stage] < rounds && forwards[stage] < backwards[stage] + warmUp;
                int microbatch = isForward ? forwards[stage] : backwards[stage];
                boolean hasInput = isForward
                        ? stage == 0 || forwards[stage - 1] > microbatch
                        : stage == ranks - 1 ? forwards[stage] > microbatch : backwards[stage + 1] > microbatch;
                if (microbatch == rounds || !hasInput) {
                    continue;
                }
                gotOn = true;
                int host = hosts[stage];
                if (isForward) {
                    if (stage > 0) {
                        list.after(host, with(list.after(host), activations[stage][microbatch]));
                    }
                    int done = list.compute(host, computePs);
                    if (stage < ranks - 1) {
                        activations[stage + 1][microbatch] = list.add(host, hosts[stage + 1], bytes, 0, 0, done);
                    }
                    forwards[stage]++;
                } else {
                    if (stage < ranks - 1) {
                        list.after(host, with(list.after(host), gradients[stage][microbatch]));
                    }
                    int done = list.compute(host, 2 * computePs);
                    if (stage > 0) {
                        gradients[stage - 1][microbatch] = list.add(host, hosts[stage - 1], bytes, 1, 0, done);
                    }
                    backwards[stage]++;
                }
            }
        }
    }
}
