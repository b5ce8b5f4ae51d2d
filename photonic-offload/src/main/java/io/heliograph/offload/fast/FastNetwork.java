package io.heliograph.offload.fast;

import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** A network whose weights are laid out for vectors. Immutable once made; any thread may use it; its memory lives as long as the arena. */
public final class FastNetwork {

    private final List<VectorLayer> layers;
    private final int inputs;
    private final int outputs;

    /**
     * Lays out the weights.
     *
     * @param arena owns the copy; the network's own weights are not looked at again
     * @throws IllegalArgumentException if a layer has more than 8,388,608 inputs
     */
    public FastNetwork(QuantizedNetwork network, Arena arena) {
        List<VectorLayer> all = new ArrayList<>();
        for (DenseLayer layer : network.layers()) {
            all.add(new VectorLayer(layer, arena));
        }
        layers = List.copyOf(all);
        inputs = network.inputs();
        outputs = network.outputs();
    }

    /** Lanes of 16 bits that this machine computes at once. */
    public static int lanes() {
        return VectorLayer.LANES.length();
    }

    /** Bytes of a query. */
    public int inputs() {
        return inputs;
    }

    /** Sums of an answer. */
    public int outputs() {
        return outputs;
    }

    List<VectorLayer> layers() {
        return layers;
    }
}
