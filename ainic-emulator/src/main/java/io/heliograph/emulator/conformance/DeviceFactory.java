package io.heliograph.emulator.conformance;

/** Makes devices of one kind, a fresh one for each scenario. */
@FunctionalInterface
public interface DeviceFactory {
    /** A device that has just been set up. */
    DeviceUnderTest open(DeviceSetup setup);
}
