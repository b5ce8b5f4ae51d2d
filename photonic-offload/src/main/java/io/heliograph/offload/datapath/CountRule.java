package io.heliograph.offload.datapath;

import java.util.List;

/**
 * Counts an event; when the count meets the layer's target it starts anew and the actions fire.
 *
 * @param name of the count
 * @param event that is counted
 * @param targets one for all layers, or one for each; 0 for a layer in which nothing is counted
 * @param actions that fire, in this order
 * @param line of the text it comes from, 0 if none
 */
public record CountRule(String name, String event, List<Integer> targets, List<String> actions, int line) {

    /** Copies the lists. */
    public CountRule {
        targets = List.copyOf(targets);
        actions = List.copyOf(actions);
    }

    /** The target in a layer. */
    int target(int layer) {
        return targets.get(targets.size() == 1 ? 0 : layer);
    }

    /** A rule that comes from no text. */
    static CountRule of(String name, String event, List<Integer> targets, String... actions) {
        return new CountRule(name, event, targets, List.of(actions), 0);
    }
}
