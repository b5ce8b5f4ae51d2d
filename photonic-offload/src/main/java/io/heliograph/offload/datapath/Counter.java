package io.heliograph.offload.datapath;

import java.util.Arrays;
import java.util.List;

/** One count-action rule at work: counts, and says which actions fire when the count meets the layer's target. */
final class Counter {

    private final String name;
    private final int[] targets;
    private final int actions;
    private final int[] counts;

    /**
     * @param actions of the kind, in the order of their bits
     * @param copies counts that share target and actions
     */
    Counter(CountRule rule, List<String> actions, int layers, int copies) {
        name = rule.name();
        targets = new int[layers];
        for (int layer = 0; layer < layers; layer++) {
            targets[layer] = rule.target(layer);
        }
        int bits = 0;
        for (String action : rule.actions()) {
            bits |= 1 << actions.indexOf(action);
        }
        this.actions = bits;
        counts = new int[copies];
    }

    /** Counts once; returns the bits of the actions that fire, 0 if the target is not met. */
    int count(int layer, int copy) {
        int target = targets[layer];
        if (target == 0 || ++counts[copy] < target) {
            return 0;
        }
        counts[copy] = 0;
        return actions;
    }

    void clear() {
        Arrays.fill(counts, 0);
    }

    /** For people: name, count and target; of several counts the highest. */
    void describe(StringBuilder text, int layer) {
        if (targets[layer] != 0) {
            int highest = 0;
            for (int count : counts) {
                highest = Math.max(highest, count);
            }
            text.append(' ')
                    .append(name)
                    .append(' ')
                    .append(highest)
                    .append('/')
                    .append(targets[layer]);
        }
    }
}
