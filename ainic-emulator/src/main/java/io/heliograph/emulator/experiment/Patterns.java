package io.heliograph.emulator.experiment;

import io.heliograph.transport.RandomSource;
import java.util.ArrayList;
import java.util.List;

/** The workloads that congestion control papers use: incast, permutation, all-to-all and one all-reduce. */
final class Patterns {
    private Patterns() {}

    /** Hosts that all send to one, at the same time. */
    record Incast(int senders, int receiver, long bytes) implements Workload {
        @Override
        public int hosts() {
            return Math.max(senders + 1, receiver + 1);
        }

        @Override
        public long stepCount() {
            return senders;
        }

        @Override
        public List<Step> steps(RandomSource random) {
            List<Step> steps = new ArrayList<>();
            for (int host = 0; steps.size() < senders; host++) {
                if (host != receiver) {
                    steps.add(Step.message(host, receiver, bytes));
                }
            }
            return steps;
        }
    }

    /** Each host sends to one other and receives from one other: by chance, nobody to itself. */
    record Permutation(int hosts, long bytes) implements Workload {
        @Override
        public long stepCount() {
            return hosts;
        }

        @Override
        public List<Step> steps(RandomSource random) {
            // Sattolo's algorithm: one cycle through all, so that nobody meets itself.
            int[] order = new int[hosts];
            for (int i = 0; i < hosts; i++) {
                order[i] = i;
            }
            for (int i = hosts - 1; i > 0; i--) {
                int other = (int) Long.remainderUnsigned(random.nextLong(), i);
                int kept = order[i];
                order[i] = order[other];
                order[other] = kept;
            }
            List<Step> steps = new ArrayList<>();
            for (int host = 0; host < hosts; host++) {
                steps.add(Step.message(host, order[host], bytes));
            }
            return steps;
        }
    }

    /** Everybody sends to everybody else at once. */
    record AllToAll(int hosts, long bytes) implements Workload {
        @Override
        public long stepCount() {
            return hosts * (hosts - 1L);
        }

        @Override
        public List<Step> steps(RandomSource random) {
            StepList list = new StepList(hosts);
            list.allToAll(Placement.PACKED.group(0, 1, hosts), bytes);
            return list.steps();
        }
    }

    /** One all-reduce of all hosts. */
    record AllReduce(int hosts, long bytes, Algorithm algorithm) implements Workload {
        @Override
        public long stepCount() {
            return algorithm.stepsOf(hosts);
        }

        @Override
        public List<Step> steps(RandomSource random) {
            StepList list = new StepList(hosts);
            algorithm.allReduce(list, Placement.PACKED.group(0, 1, hosts), bytes);
            return list.steps();
        }
    }

    /** Messages that begin at given times. */
    record Trace(int hosts, List<Step> messages) implements Workload {
        @Override
        public long stepCount() {
            return messages.size();
        }

        @Override
        public List<Step> steps(RandomSource random) {
            return messages;
        }
    }
}
