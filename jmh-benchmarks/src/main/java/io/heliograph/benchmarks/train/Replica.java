package io.heliograph.benchmarks.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.heliograph.offload.digits.GeneratedDigits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A replica of the network in DJL's engine: a multi-layer perceptron with ReLU, softmax cross-entropy and plain gradient descent, whose gradients lie in one native segment: where a {@link io.heliograph.collectives.Communicator} gives it, other ranks of the host read and write it there.
 *
 * <p>The engine makes the gradients in the first backward pass; then their storage is replaced by slices of the segment, where every later pass adds to them and {@link #step} reads and zeroes them. Nothing
 * is copied between engine and collectives. The last 64 bytes of the segment hold the loss, so that it is averaged along.
 *
 * <p>One thread; the engine allows one backward pass at a time in a process.
 */
final class Replica implements AutoCloseable {
    private static final int LINE_BYTES = 64;

    private final Arena arena;
    private final Model model;
    private final Trainer trainer;
    private final Loss loss = Loss.softmaxCrossEntropyLoss();
    private final DigitBatches batches;
    private final NDArray pixels;
    private final NDArray labels;
    private final List<NDArray> parameters = new ArrayList<>();
    private final MemorySegment gradients;
    private boolean aliased;

    /** One that trains by itself, with gradients in memory of its own. */
    static Replica alone(TrainPlan plan) {
        Arena memory = Arena.ofConfined();
        try {
            return new Replica(plan, bytes -> memory.allocate(bytes, LINE_BYTES), memory);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /**
     * Makes the network and draws the images; the same seed makes the same of both.
     *
     * @param memory gives so many zeroed bytes, at a multiple of 64, for the gradients; they outlive this
     */
    Replica(TrainPlan plan, LongFunction<MemorySegment> memory) {
        this(plan, memory, Arena.ofConfined());
    }

    /** The arena is closed with this. */
    private Replica(TrainPlan plan, LongFunction<MemorySegment> memory, Arena arena) {
        this.arena = arena;
        batches = new DigitBatches(plan, arena);
        Device cpu = Device.cpu();
        model = Model.newInstance("digits", cpu, TorchEngine.NAME);
        model.getNDManager().getEngine().setRandomSeed(plan.seed());
        SequentialBlock block = new SequentialBlock();
        for (int neurons : plan.hidden()) {
            block.add(Linear.builder().setUnits(neurons).build()).add(Activation::relu);
        }
        block.add(Linear.builder().setUnits(GeneratedDigits.CLASSES).build());
        model.setBlock(block);
        Optimizer descent = Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed(plan.learningRate()))
                .build();
        trainer = model.newTrainer(
                new DefaultTrainingConfig(loss).optOptimizer(descent).optDevices(new Device[] {cpu}));
        Shape shape = new Shape(plan.batch(), DigitBatches.PIXELS);
        trainer.initialize(shape);
        pixels = tensor(batches.pixels(), shape, DataType.FLOAT32);
        labels = tensor(batches.labels(), new Shape(plan.batch(), 1), DataType.INT64);
        long bytes = 0;
        // In the order of layers; identifiers and the trainer's own order differ between processes.
        for (Parameter parameter : block.getParameters().values()) {
            parameters.add(parameter.getArray());
            bytes += lines(parameter.getArray());
        }
        gradients = memory.apply(bytes + LINE_BYTES);
    }

    /** A tensor whose storage is the memory. */
    private NDArray tensor(MemorySegment memory, Shape shape, DataType type) {
        return trainer.getManager().create(buffer(memory), shape, type);
    }

    private static ByteBuffer buffer(MemorySegment memory) {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private static long lines(NDArray array) {
        return Math.ceilDiv(bytes(array), LINE_BYTES) * LINE_BYTES;
    }

    private static long bytes(NDArray array) {
        return array.size() * Float.BYTES;
    }

    /** How many numbers are learnt. */
    long parameterCount() {
        return parameters.stream().mapToLong(NDArray::size).sum();
    }

    /** All gradients, F32, each parameter's at a multiple of 64 bytes, and the loss: what ranks average. Valid until this closes. */
    MemorySegment gradients() {
        return gradients;
    }

    /** The parameters as the engine holds them, F32, in the order of layers. Valid until this closes. */
    List<MemorySegment> parameters() {
        return parameters.stream()
                .map(array -> MemorySegment.ofBuffer(array.toByteBuffer(true)))
                .toList();
    }

    /** Forward and backward with the batch of a rank in a step: afterwards {@link #gradients} holds the batch's gradients and loss. */
    void backward(int step, int rank, int ranks) {
        batches.load(step, rank, ranks);
        float value;
        try (NDManager passing = trainer.getManager().newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            passing.tempAttachAll(pixels, labels);
            NDList predictions = trainer.forward(new NDList(pixels));
            NDArray mean = loss.evaluate(new NDList(labels), predictions);
            collector.backward(mean);
            value = mean.getFloat();
        }
        if (!aliased) {
            alias();
            aliased = true;
        }
        gradients.set(ValueLayout.JAVA_FLOAT, gradients.byteSize() - LINE_BYTES, value);
    }

    private void alias() {
        long from = 0;
        for (NDArray parameter : parameters) {
            MemorySegment slice = gradients.asSlice(from, bytes(parameter));
            // Only a direct buffer's memory is taken over; of any other the engine keeps a copy that nobody keeps
            // alive.
            try (NDArray gradient = parameter.getGradient()) {
                slice.copyFrom(MemorySegment.ofBuffer(gradient.toByteBuffer(true)));
                gradient.set(buffer(slice));
            }
            from += lines(parameter);
        }
    }

    /** The loss that {@link #gradients} holds. */
    float loss() {
        return gradients.get(ValueLayout.JAVA_FLOAT, gradients.byteSize() - LINE_BYTES);
    }

    /** Moves the parameters against the gradients, and zeroes these. */
    void step() {
        trainer.step();
    }

    /** How many of the images that are held out are recognised, and of how many. */
    Accuracy accuracy(int heldOut) {
        int right = 0;
        for (int from = 0; from < heldOut; from += batches.batch()) {
            int there = batches.loadHeldOut(from);
            try (NDManager passing = trainer.getManager().newSubManager()) {
                passing.tempAttachAll(pixels, labels);
                long[] answers = trainer.evaluate(new NDList(pixels))
                        .singletonOrThrow()
                        .argMax(1)
                        .toLongArray();
                for (int row = 0; row < there; row++) {
                    right += answers[row] == batches.label(row) ? 1 : 0;
                }
            }
        }
        return new Accuracy(right, heldOut);
    }

    @Override
    public void close() {
        // The engine's tensors before the memory that they lie in.
        trainer.close();
        model.close();
        arena.close();
    }
}
