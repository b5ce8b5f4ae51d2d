package io.heliograph.emulator.conformance.dut;

import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortWrapper;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The software endpoint on a live port, in real time: what it sends goes where the port leads, and not to a bench in this process. */
final class PortDevice extends SoftwareDevice {
    private static final int MANY_CYCLES = 1_000;

    private final PacketEndpoint endpoint;

    PortDevice(DeviceSetup setup, Port port) {
        super(setup);
        endpoint = PacketEndpoint.open(
                config(setup),
                SystemClock.INSTANCE,
                new SeededRandom(setup.seed()),
                List.of(new Narrowed(port, setup)));
    }

    /** The port as a scenario sets it up; it stays open when the endpoint is closed. */
    private static final class Narrowed extends PortWrapper {
        private final DeviceSetup setup;

        Narrowed(Port port, DeviceSetup setup) {
            super(port);
            this.setup = setup;
        }

        @Override
        public PortInfo info() {
            PortInfo info = super.info();
            return new PortInfo(
                    info.name(),
                    info.driver(),
                    info.macAddress(),
                    setup.mtuBytes(),
                    setup.lineRateBitsPerSecond(),
                    info.resolvesNeighbours());
        }

        @Override
        public void close() {
            // Another endpoint takes it over.
        }
    }

    @Override
    PacketEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public String name() {
        return "endpoint on a port";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.VIRTUAL_TIME));
    }

    @Override
    public long nowNs() {
        return SystemClock.INSTANCE.nowNs();
    }

    @Override
    public long toleranceNs() {
        return 0;
    }

    /**
     * Frames come by the port.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void deliver(byte[] frame) {
        throw new UnsupportedOperationException("frames come by the port");
    }

    /** Duty cycles until there is nothing to do, at least one. */
    @Override
    public void runUntil(long ns) {
        for (int cycles = 0; endpoint.doWork() > 0 && cycles < MANY_CYCLES; cycles++) {
            // The work is in the condition.
        }
    }

    /** Nothing: they go by the port. */
    @Override
    public List<SentFrame> take() {
        return List.of();
    }
}
