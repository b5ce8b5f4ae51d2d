package io.heliograph.offload.datapath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A datapath as data: which stages there are, what feeds what, and their counts, targets and actions for every layer of a model.
 *
 * <p>{@link ProgramText} has it as text, {@link DatapathCompiler} makes it from a model and a device, {@link DatapathMachine} steps it.
 *
 * @param name for people
 * @param lanes of the bus
 * @param wavelengths that a lane carries, summed by its detector
 * @param inputs of each layer's neurons, first layer first
 * @param outputs neurons of each layer
 * @param windows neurons of each layer that one of its values is pooled from, 1 where it does not pool
 * @param stages in the order in which a cycle goes through them
 */
public record DatapathProgram(
        String name,
        int lanes,
        int wavelengths,
        List<Integer> inputs,
        List<Integer> outputs,
        List<Integer> windows,
        List<StageSpec> stages) {

    /** Copies the lists. */
    public DatapathProgram {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        windows = List.copyOf(windows);
        stages = List.copyOf(stages);
    }

    /** How many layers it runs. */
    public int layers() {
        return outputs.size();
    }

    /** Values that a layer gives to the next one, or as the answer. */
    int values(int layer) {
        return outputs.get(layer) / windows.get(layer);
    }

    /** Values of the answer. */
    int lastValues() {
        return values(layers() - 1);
    }

    /** The stage of a name, or null. */
    @Nullable
    StageSpec stage(String stageName) {
        for (StageSpec stage : stages) {
            if (stage.name().equals(stageName)) {
                return stage;
            }
        }
        return null;
    }

    /** The same with another stage in place of the one of that name. */
    DatapathProgram with(StageSpec replacement) {
        List<StageSpec> replaced = new ArrayList<>();
        for (StageSpec stage : stages) {
            replaced.add(stage.name().equals(replacement.name()) ? replacement : stage);
        }
        return new DatapathProgram(name, lanes, wavelengths, inputs, outputs, windows, replaced);
    }
}
