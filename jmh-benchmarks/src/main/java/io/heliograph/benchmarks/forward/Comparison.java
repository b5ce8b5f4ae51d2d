package io.heliograph.benchmarks.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Rounds of both sides in turns, so that whatever else the machine does disturbs both alike. */
public final class Comparison {

    /**
     * One round.
     *
     * @param number from 1
     * @param ours our loop
     * @param testpmd DPDK's
     */
    public record Round(int number, ForwardRate ours, ForwardRate testpmd) {

        /** Ours over testpmd's, by processor time. */
        public double ratio() {
            return ours.mpps() / testpmd.mpps();
        }

        /** Whether both forwarded anything. */
        public boolean moved() {
            return ours.packets() > 0 && testpmd.packets() > 0;
        }
    }

    private final List<Round> rounds = new ArrayList<>();

    /** Measures, and tells each round as it is known. */
    public void run(ForwardPlan plan, int count, Consumer<Round> known) throws InterruptedException {
        for (int number = 1; number <= count; number++) {
            // Whoever comes second in a round comes first in the next one.
            boolean oursFirst = number % 2 == 1;
            ForwardRate first = oursFirst ? Ours.run(plan) : Testpmd.run(plan);
            ForwardRate second = oursFirst ? Testpmd.run(plan) : Ours.run(plan);
            Round round = new Round(number, oursFirst ? first : second, oursFirst ? second : first);
            rounds.add(round);
            known.accept(round);
        }
    }

    /** Whether both forwarded in every round. */
    public boolean moved() {
        return rounds.stream().allMatch(Round::moved);
    }

    /** The middle ratio; of an even number of rounds, the mean of the two in the middle. */
    public double medianRatio() {
        List<Double> sorted = rounds.stream().map(Round::ratio).sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest ratio. */
    public double leastRatio() {
        return rounds.stream().mapToDouble(Round::ratio).min().orElse(Double.NaN);
    }

    /** The greatest ratio. */
    public double greatestRatio() {
        return rounds.stream().mapToDouble(Round::ratio).max().orElse(Double.NaN);
    }
}
