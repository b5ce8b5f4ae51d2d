package io.heliograph.emulator.topology;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricBuilder;
import io.heliograph.emulator.fabric.FabricConfig;

/** Something that hosts, switches and cables can be made of, as often as one likes. */
@FunctionalInterface
public interface Topology {
    /** Adds its nodes and cables to an empty builder. */
    void addTo(FabricBuilder builder);

    /** A fabric of this shape, at time 0. */
    default Fabric build(FabricConfig config) {
        FabricBuilder builder = new FabricBuilder();
        addTo(builder);
        return builder.build(config);
    }
}
