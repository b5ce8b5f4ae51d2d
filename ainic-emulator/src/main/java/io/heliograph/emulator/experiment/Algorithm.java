package io.heliograph.emulator.experiment;

/** How an all-reduce is done. */
enum Algorithm {
    /** Around a ring. */
    RING("ring") {
        @Override
        void allReduce(StepList list, int[] group, long bytes) {
            list.ringAllReduce(group, bytes);
        }

        @Override
        long stepsOf(int ranks) {
            return 2L * ranks * (ranks - 1);
        }
    },
    /** Recursive halving and doubling. */
    HALVING_DOUBLING("halving-doubling") {
        @Override
        void allReduce(StepList list, int[] group, long bytes) {
            list.halvingDoublingAllReduce(group, bytes);
        }

        @Override
        long stepsOf(int ranks) {
            return 2L * ranks * Integer.numberOfTrailingZeros(ranks);
        }
    };

    private final String word;

    Algorithm(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /** Adds its steps for a group. */
    abstract void allReduce(StepList list, int[] group, long bytes);

    /** How many steps it has. */
    abstract long stepsOf(int ranks);

    /** Whether it is possible for a number of ranks. */
    boolean takes(int ranks) {
        return ranks >= 2 && (this == RING || Integer.bitCount(ranks) == 1);
    }
}
