package io.heliograph.emulator.device;

/**
 * What a device is made with. Immutable.
 *
 * @param capacity how much of everything it has
 * @param pipeline what its steps take
 * @param bus the way to host memory
 */
public record DeviceConfig(CapacityConfig capacity, PipelineConfig pipeline, BusConfig bus) {
    /** One engine at a gigahertz behind PCI Express 5.0. */
    public static final DeviceConfig DEFAULT =
            new DeviceConfig(CapacityConfig.DEFAULT, PipelineConfig.DEFAULT, BusConfig.PCIE_5_X16);

    /** The same with another {@link #capacity}. */
    public DeviceConfig withCapacity(CapacityConfig value) {
        return new DeviceConfig(value, pipeline, bus);
    }

    /** The same with another {@link #pipeline}. */
    public DeviceConfig withPipeline(PipelineConfig value) {
        return new DeviceConfig(capacity, value, bus);
    }

    /** The same with another {@link #bus}. */
    public DeviceConfig withBus(BusConfig value) {
        return new DeviceConfig(capacity, pipeline, value);
    }
}
