package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.algorithm.MscclSource.Block;
import io.heliograph.collectives.algorithm.MscclSource.Gpu;
import io.heliograph.collectives.algorithm.MscclSource.Instruction;
import io.heliograph.collectives.algorithm.MscclSource.Reference;

/** Whether the chunks and steps exist that an MSCCL program names. */
final class MscclReferences {
    private MscclReferences() {}

    /** That what a gpu declares is there, and that its steps keep to what it declares, and depend on what exists. */
    static void check(MscclSource source, Gpu gpu) {
        int most = Math.max(source.inputChunks(), source.outputChunks());
        checkDeclared(source, gpu, "i_chunks", gpu.inputChunks(), source.isInPlace() ? most : source.inputChunks());
        checkDeclared(source, gpu, "o_chunks", gpu.outputChunks(), source.isInPlace() ? most : source.outputChunks());
        for (Block block : gpu.blocks()) {
            for (Instruction step : block.steps()) {
                if (step.operation().reads()) {
                    checkReference(source, gpu, step, step.source());
                }
                if (step.operation().writes) {
                    checkReference(source, gpu, step, step.target());
                }
                checkDependency(source, gpu, step);
            }
        }
    }

    private static void checkDeclared(MscclSource source, Gpu gpu, String name, int declared, int there) {
        if (declared > there) {
            throw new MscclException(
                    source.file(),
                    gpu.line(),
                    name + "=" + declared + " of gpu " + gpu.id() + ", but by nchunksperloop there are " + there);
        }
    }

    private static void checkReference(MscclSource source, Gpu gpu, Instruction step, Reference reference) {
        int declared = switch (reference.buffer()) {
            case 'i' -> Math.min(gpu.inputChunks(), source.inputChunks());
            case 'o' -> Math.min(gpu.outputChunks(), source.outputChunks());
            default -> gpu.scratchChunks();
        };
        if (reference.index() > declared - step.count()) {
            throw new MscclException(
                    source.file(),
                    step.line(),
                    reference + " with cnt=" + step.count() + " is beyond the " + declared + " chunks of gpu "
                            + gpu.id());
        }
    }

    private static void checkDependency(MscclSource source, Gpu gpu, Instruction step) {
        int block = step.dependsOnBlock();
        if (block < 0) {
            return;
        }
        boolean exists = block < gpu.blocks().size()
                && step.dependsOnStep() >= 0
                && step.dependsOnStep() < gpu.blocks().get(block).steps().size();
        if (!exists) {
            throw new MscclException(
                    source.file(),
                    step.line(),
                    "depid=" + block + " deps=" + step.dependsOnStep() + ": there is no such step");
        }
        if (!gpu.blocks().get(block).steps().get(step.dependsOnStep()).hasDependents()) {
            throw new MscclException(
                    source.file(),
                    step.line(),
                    "depid=" + block + " deps=" + step.dependsOnStep() + ": that step says hasdep=0, and would not be"
                            + " waited for");
        }
    }
}
