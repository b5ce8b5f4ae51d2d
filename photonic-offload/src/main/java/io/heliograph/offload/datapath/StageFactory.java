package io.heliograph.offload.datapath;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Makes the stages of a program, in its order. */
final class StageFactory {

    private final List<Stage> stages = new ArrayList<>();

    StageFactory(
            DatapathProgram program, Wiring wiring, StreamerStage.DeviceRings rings, ResidentModel model, Arena arena) {
        int layers = program.layers();
        StageSpec bufferSpec = specOf(program, StageKind.BUFFER);
        BufferStage buffer = new BufferStage(bufferSpec, wiring, program, model, arena);
        for (StageSpec spec : program.stages()) {
            stages.add(
                    switch (spec.kind()) {
                        case PACKET_PARSER -> new PacketParserStage(spec, wiring, layers);
                        case DAG_LOADER -> new DagLoaderStage(spec, wiring, layers);
                        case ACTIVATION_READER -> new ActivationReaderStage(spec, wiring, program, model, arena);
                        case WEIGHT_READER -> new WeightReaderStage(spec, wiring, layers, model);
                        case ACTIVATION_SWITCH -> new ActivationSwitchStage(spec, wiring, layers);
                        case STREAMER -> new StreamerStage(spec, wiring, program, rings);
                        case PHOTONIC_CORE -> new PhotonicCoreStage(spec, wiring, layers, rings);
                        case LOSS_COMPENSATOR -> new LossCompensatorStage(spec, wiring, program, arena);
                        case PREAMBLE_DETECTOR -> new PreambleDetectorStage(spec, wiring, program);
                        case SIGN_READER -> new SignReaderStage(spec, wiring, layers, model);
                        case ADDER -> new AdderStage(spec, wiring, program);
                        case BIAS_ADDER -> new BiasAdderStage(spec, wiring, layers, model);
                        case POOL -> new PoolStage(spec, wiring, layers, model);
                        case RELU -> new ReluStage(spec, wiring, layers);
                        case NORMALIZER -> new NormalizerStage(spec, wiring, layers);
                        case BUFFER -> buffer;
                        case SOFTMAX -> new SoftmaxStage(spec, wiring, program, buffer, arena);
                        case RESULT -> new ResultStage(spec, wiring, program, buffer);
                        case PRIORITY_ENCODER -> new PriorityEncoderStage(spec, wiring, program, buffer);
                    });
        }
    }

    private static StageSpec specOf(DatapathProgram program, StageKind kind) {
        for (StageSpec spec : program.stages()) {
            if (spec.kind() == kind) {
                return spec;
            }
        }
        throw new IllegalArgumentException("no stage of kind " + kind);
    }

    List<Stage> stages() {
        return stages;
    }

    /** The stage of a class that there is one of. */
    <T extends Stage> T only(Class<T> type) {
        for (Stage stage : stages) {
            if (type.isInstance(stage)) {
                return type.cast(stage);
            }
        }
        throw new IllegalArgumentException("no stage of class " + type.getSimpleName());
    }
}
