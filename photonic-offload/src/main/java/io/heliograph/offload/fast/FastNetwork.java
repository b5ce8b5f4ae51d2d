package io.heliograph.offload.fast;

import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** A network whose weights are laid out for vectors. Immutable once made; any thread may use it; its memory lives as long as the arena. */
public final class FastNetwork {

    private final List<VectorLayer> layers;
    private final List<GroupedLayer> grouped;
    private final int inputs;
    private final int outputs;

    /**
     * Lays out the weights for one wavelength.
     *
     * @param arena owns the copy; the network's own weights are not looked at again, the divisors of its windows are
     * @throws IllegalArgumentException if a layer has more than 8,388,608 inputs
     */
    public FastNetwork(QuantizedNetwork network, Arena arena) {
        this(network, 1, arena);
    }

    /**
     * Lays out the weights.
     *
     * @param wavelengths that a lane of the device carries
     * @param arena owns the copy; the network's own weights are not looked at again, the divisors of its windows are
     * @throws IllegalArgumentException if a layer has more than 8,388,608 inputs, or 65,536 on several wavelengths
     */
    public FastNetwork(QuantizedNetwork network, int wavelengths, Arena arena) {
        List<VectorLayer> all = new ArrayList<>();
        List<GroupedLayer> groups = new ArrayList<>();
        for (DenseLayer layer : network.layers()) {
            if (wavelengths == 1) {
                all.add(new VectorLayer(layer, arena));
            } else {
                groups.add(new GroupedLayer(layer, wavelengths, arena));
            }
        }
        layers = List.copyOf(all);
        grouped = List.copyOf(groups);
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

    /** On one wavelength; else there are none. */
    List<VectorLayer> layers() {
        return layers;
    }

    /** On several wavelengths; else there are none. */
    List<GroupedLayer> grouped() {
        return grouped;
    }
}
