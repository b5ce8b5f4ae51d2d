package io.heliograph.offload.datapath;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a datapath as a program has it.
 *
 * @param name its own
 * @param kind what it is
 * @param inputs what feeds it
 * @param settings by name: one value for all layers, or one for each
 * @param rules counts, targets and actions
 * @param line of the text it comes from, 0 if none
 */
public record StageSpec(
        String name,
        StageKind kind,
        List<StageInput> inputs,
        Map<String, List<Integer>> settings,
        List<CountRule> rules,
        int line) {

    /** Copies the lists. */
    public StageSpec {
        inputs = List.copyOf(inputs);
        settings = Map.copyOf(settings);
        rules = List.copyOf(rules);
    }

    /** A setting that is the same in all layers. */
    int setting(String setting) {
        List<Integer> values = settings.get(setting);
        if (values == null || values.isEmpty()) {
            throw new IllegalArgumentException("setting is missing: stage=" + name + " setting=" + setting);
        }
        return values.getFirst();
    }

    /** A setting of one layer. */
    int setting(String setting, int layer) {
        List<Integer> values = settings.getOrDefault(setting, List.of());
        return values.size() == 1 ? setting(setting) : values.get(layer);
    }

    /** The rule that counts an event, or null. */
    @Nullable
    CountRule ruleFor(String event) {
        for (CountRule rule : rules) {
            if (rule.event().equals(event)) {
                return rule;
            }
        }
        return null;
    }
}
