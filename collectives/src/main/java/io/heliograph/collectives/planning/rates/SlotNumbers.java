package io.heliograph.collectives.planning.rates;

import java.util.Map;

/** Which slot a message of an iteration belongs to. Immutable. */
final class SlotNumbers {
    /** By the message's place in the passes of a rank; empty if all passes are slot 0. */
    private final int[] ofPasses;

    private final Map<String, Integer> ofStep;

    /**
     * Numbers.
     *
     * @param ofPasses the first slot of each message of the passes; none if all passes are slot 0
     * @param ofStep the slot of each cause of the messages behind the passes
     */
    SlotNumbers(int[] ofPasses, Map<String, Integer> ofStep) {
        this.ofPasses = ofPasses.clone();
        this.ofStep = Map.copyOf(ofStep);
    }

    /**
     * The slot of a message of the passes.
     *
     * @param place in the passes of its rank
     * @param rotation of an all-to-all, from 0 on
     */
    int ofPasses(int place, int rotation) {
        return ofPasses.length == 0 ? 0 : ofPasses[place] + rotation;
    }

    /** The slot of a message behind the passes. */
    int ofStep(String cause) {
        return ofStep.getOrDefault(cause, 0);
    }
}
