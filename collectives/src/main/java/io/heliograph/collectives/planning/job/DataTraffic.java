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

    /** In front of a layer's forward or backward pass. */
    void beforeLayer(int layer, Emitter to, String pass) {
        gather(to, groups.data(), parameters.denseOfLayer(layer), pass);
        gather(to, groups.expertData(), parameters.expertsOfLayer(layer), pass);
    }

    /** In front of a pass over what is before the first or behind the last layer. */
    void before(long count, Emitter to, String pass) {
        gather(to, groups.data(), count, pass);
    }

    private void gather(Emitter to, Group group, long count, String pass) {
        if (training.sharding() == Sharding.PARAMETERS) {
            to.emit(
                    Operation.ALL_GATHER,
                    group,
                    count * training.precision().parameters(),
                    pass + " parameters",
                    overlap);
        }
    }

    /** Behind a layer's backward pass. */
    void behindLayer(int layer, Emitter to) {
        if (training.sharding() == Sharding.PARAMETERS) {
            reduce(to, groups.data(), parameters.denseOfLayer(layer));
            reduce(to, groups.expertData(), parameters.expertsOfLayer(layer));
        }
    }

    /** Behind the backward pass of what is before the first or behind the last layer. */
    void behind(long count, Emitter to) {
        if (training.sharding() == Sharding.PARAMETERS) {
            reduce(to, groups.data(), count);
        }
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

    /** Behind the last backward pass. */
    void behindIteration(int stage, Emitter to) {
        if (training.sharding() == Sharding.NONE || training.sharding() == Sharding.OPTIMIZER) {
            reduce(to, groups.data(), parameters.denseOfStage(stage));
            reduce(to, groups.expertData(), parameters.expertsOfStage(stage));
        }
    }

    /** Behind the optimiser's step. */
    void behindStep(int stage, Emitter to) {
        if (training.sharding() == Sharding.OPTIMIZER || training.sharding() == Sharding.GRADIENTS) {
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
