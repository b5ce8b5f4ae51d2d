package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.Training.Sharding;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Message.Overlap;
import io.heliograph.collectives.planning.traffic.Operation;

/** What data-parallel ranks send: gradients to be reduced and parameters to be gathered, by who holds what (ZeRO, SC 2020, section 7). */
final class DataTraffic {
    private final Parameters parameters;
    private final Groups groups;
    private final Training training;
    private final Overlap overlap;

    DataTraffic(Job job, Groups groups) {
        this.groups = groups;
        parameters = new Parameters(job);
        training = job.training();
        overlap = training.overlap() ? Overlap.COMPUTATION : Overlap.NONE;
    }

    Parameters parameters() {
        return parameters;
    }

    /** In front of a layer's forward or backward pass of a micro-batch. */
    void beforeLayer(int layer, int microBatch, Emitter to, String pass) {
        gather(to, groups.data(), parameters.denseOfLayer(layer), microBatch, pass);
        gather(to, groups.expertData(), parameters.expertsOfLayer(layer), microBatch, pass);
    }

    /** In front of a pass over what is before the first or behind the last layer. */
    void before(long count, int microBatch, Emitter to, String pass) {
        gather(to, groups.data(), count, microBatch, pass);
    }

    private void gather(Emitter to, Group group, long count, int microBatch, String pass) {
        boolean isFirst = microBatch == 0 && pass.equals("forward") && training.overlap();
        if (training.sharding() == Sharding.PARAMETERS || isFirst && training.sharding() != Sharding.NONE) {
            to.emit(
                    Operation.ALL_GATHER,
                    group,
                    count * training.precision().parameters(),
                    pass + " parameters",
                    overlap);
        }
    }

    /** Behind a layer's backward pass of a micro-batch. */
    void behindLayer(int layer, int microBatch, Emitter to) {
        if (reducesInPass(microBatch)) {
            reduce(to, groups.data(), parameters.denseOfLayer(layer));
            reduce(to, groups.expertData(), parameters.expertsOfLayer(layer));
        }
    }

    /** Behind the backward pass of what is before the first or behind the last layer. */
    void behind(long count, int microBatch, Emitter to) {
        if (reducesInPass(microBatch)) {
            reduce(to, groups.data(), count);
        }
    }

    /** Layer by layer: always with ZeRO-3; else, with overlap, in the last backward pass, when gradients are whole. */
    private boolean reducesInPass(int microBatch) {
        return training.sharding() == Sharding.PARAMETERS
                || isOnce() && training.overlap() && microBatch == training.microBatches() - 1;
    }

    private boolean isOnce() {
        return training.sharding() == Sharding.NONE || training.sharding() == Sharding.OPTIMIZER;
    }

    /** Behind the backward pass of a micro-batch. */
    void behindMicroBatch(int stage, Emitter to) {
        if (training.sharding() == Sharding.GRADIENTS) {
            reduce(to, groups.data(), parameters.denseOfStage(stage));
            reduce(to, groups.expertData(), parameters.expertsOfStage(stage));
        }
    }

    private void reduce(Emitter to, Group group, long count) {
        Operation operation = training.sharding() == Sharding.NONE ? Operation.ALL_REDUCE : Operation.REDUCE_SCATTER;
        to.emit(operation, group, count * training.precision().gradients(), "gradients", overlap);
    }

    /** Behind the last backward pass, if it did not happen in it. */
    void behindIteration(int stage, Emitter to) {
        if (isOnce() && !training.overlap()) {
            reduce(to, groups.data(), parameters.denseOfStage(stage));
            reduce(to, groups.expertData(), parameters.expertsOfStage(stage));
        }
    }

    /** Behind the optimiser's step; with overlap, layer by layer in the first forward pass that follows. */
    void behindStep(int stage, Emitter to) {
        if (!training.overlap()
                && (training.sharding() == Sharding.OPTIMIZER || training.sharding() == Sharding.GRADIENTS)) {
            int bytes = training.precision().parameters();
            to.emit(Operation.ALL_GATHER, groups.data(), parameters.denseOfStage(stage) * bytes, "parameters", overlap);
            to.emit(
                    Operation.ALL_GATHER,
                    groups.expertData(),
                    parameters.expertsOfStage(stage) * bytes,
                    "parameters",
                    overlap);
        }
    }
}
