package io.heliograph.emulator.fabric;

/** What can be wrong with a link while it lasts; set by {@link Link#fault}, or for some time by a {@link FaultPlan}. */
public sealed interface LinkFault {
    /** Nothing is wrong. */
    LinkFault NONE = new Healthy();

    /** Nothing is wrong. */
    record Healthy() implements LinkFault {}

    /** No carrier, both ends see it: what is queued or under way is lost, and switches use other ports where they have some. */
    record Down() implements LinkFault {}

    /**
     * Frames are lost by chance.
     *
     * @param probability of each frame
     */
    record Lossy(double probability) implements LinkFault {
        /** Checks the range. */
        public Lossy {
            LinkConfig.requireProbability("probability", probability);
        }
    }

    /**
     * The line is slower than it should be.
     *
     * @param rateFactor what is left of its rate, above 0 up to 1
     */
    record Slow(double rateFactor) implements LinkFault {
        /** Checks the range. */
        public Slow {
            if (!(rateFactor > 0 && rateFactor <= 1)) {
                throw new IllegalArgumentException(
                        "link fault: rateFactor=" + rateFactor + "; above 0 up to 1 is possible");
            }
        }
    }

    /** Everything is lost, and nobody sees it. */
    record BlackHole() implements LinkFault {}
}
