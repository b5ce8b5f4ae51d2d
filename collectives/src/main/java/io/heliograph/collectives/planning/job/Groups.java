package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.traffic.Group;

/**
 * The groups of ranks that a job has, and what they are called: {@code tp} shares matrices, {@code cp} a sequence, {@code dp} the reduction of gradients (context and data together), {@code pp} is the stages, {@code ep} shares experts, {@code ep-dp} reduces their
 * gradients, {@code ep-tp} is experts' and matrices' together, {@code embedding} is the first and the last stage, {@code mp} matrices and stages, {@code all} all.
 */
record Groups(
        Group tensor,
        Group context,
        Group data,
        Group pipeline,
        Group expert,
        Group expertData,
        Group expertTensor,
        Group embedding,
        Group model,
        Group all) {

    static Groups of(Parallelism parallelism) {
        int tensor = parallelism.tensor();
        int data = parallelism.context() * parallelism.data();
        int expert = parallelism.expert();
        return new Groups(
                new Group("tp", tensor),
                new Group("cp", parallelism.context()),
                new Group("dp", data),
                new Group("pp", parallelism.pipeline()),
                new Group("ep", expert),
                new Group("ep-dp", data / expert),
                new Group("ep-tp", expert * tensor),
                new Group("embedding", 2),
                new Group("mp", tensor * parallelism.pipeline()),
                new Group("all", parallelism.ranks()));
    }
}
