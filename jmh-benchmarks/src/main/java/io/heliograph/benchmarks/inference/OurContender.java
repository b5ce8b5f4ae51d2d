package io.heliograph.benchmarks.inference;

import io.heliograph.offload.fast.FastInference;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.function.LongToIntFunction;

/** Ours: by vectors, or straight over the weights that are not zero. */
final class OurContender implements Contender {

    private final String name;
    private final ImageSet images;
    private final LongToIntFunction inference;
    private final Arena arena;

    private OurContender(String name, ImageSet images, LongToIntFunction inference, Arena arena) {
        this.name = name;
        this.images = images;
        this.inference = inference;
        this.arena = arena;
    }

    static OurContender byVectors(QuantizedNetwork network, int wavelengths, ImageSet images) {
        Arena arena = Arena.ofConfined();
        return new OurContender(
                "fast mode (vectors)",
                images,
                new FastInference(new FastNetwork(network, wavelengths, arena), arena)::infer,
                arena);
    }

    static OurContender straight(QuantizedNetwork network, int wavelengths, ImageSet images) {
        Arena arena = Arena.ofConfined();
        return new OurContender(
                "straight (no vectors)", images, new IntegerInference(network, wavelengths, arena)::infer, arena);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int infer(int image) {
        return inference.applyAsInt(images.image(image));
    }

    @Override
    public void close() {
        arena.close();
    }
}
