package io.heliograph.emulator.conformance.dut;

import io.heliograph.emulator.conformance.DeviceFactory;
import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.emulator.conformance.NotOfferedException;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import java.lang.foreign.Arena;

/** Software endpoints on a live port, one after the other; closing it closes the port. */
public final class PortDevices implements DeviceFactory, AutoCloseable {
    private static final int BURST = 32;

    private final Port port;

    /** Devices on a port. */
    public PortDevices(Port port) {
        this.port = port;
    }

    /**
     * Devices on a port that is opened for them.
     *
     * @param spec as {@link PortSpec} reads it
     * @param mtuBytes the largest IP packet of the port
     */
    public static PortDevices open(String spec, int mtuBytes) {
        return new PortDevices(Ports.open(PortSpec.parse(spec), mtuBytes));
    }

    /** A fresh endpoint; the one before must be closed. */
    @Override
    public DeviceUnderTest open(DeviceSetup setup) {
        if (setup.engines() != 1) {
            throw new NotOfferedException("this device has one engine, and not " + setup.engines());
        }
        if (setup.mtuBytes() > port.info().mtuBytes()) {
            throw new NotOfferedException("the port carries packets of at most "
                    + port.info().mtuBytes() + " bytes, and not of " + setup.mtuBytes());
        }
        drain();
        return new PortDevice(setup, port);
    }

    /** Frames for the one before. */
    private void drain() {
        try (Arena arena = Arena.ofConfined()) {
            Burst burst = new Burst(arena, BURST);
            while (port.receive(burst) > 0) {
                port.release(burst);
            }
        }
    }

    @Override
    public void close() {
        port.close();
    }
}
