package io.heliograph.emulator.conformance.dut;

import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The software endpoint in virtual time; frames come to its first engine. */
public final class EndpointDevice extends SoftwareDevice {
    private static final int MANY_CYCLES = 20_000;
    private static final long LEAST_STEP_NS = 10_000;

    private final List<TapPort> ports = new ArrayList<>();
    private final PacketEndpoint endpoint;
    private long nowNs;
    private boolean restless;

    private EndpointDevice(DeviceSetup setup) {
        super(setup);
        nowNs = setup.startNs();
        for (int i = 0; i < setup.engines(); i++) {
            ports.add(new TapPort(this::nowNs, setup.mtuBytes(), setup.lineRateBitsPerSecond()));
        }
        endpoint = PacketEndpoint.open(config(setup), this::nowNs, new SeededRandom(setup.seed()), ports);
    }

    /** A fresh endpoint. */
    public static EndpointDevice open(DeviceSetup setup) {
        return new EndpointDevice(setup);
    }

    @Override
    PacketEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public String name() {
        return "endpoint";
    }

    @Override
    public Set<Ability> abilities() {
        return EnumSet.complementOf(EnumSet.of(Ability.SHARED_LINK));
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public long toleranceNs() {
        return 20;
    }

    @Override
    public void deliver(byte[] frame) {
        ports.getFirst().deliver(frame);
    }

    @Override
    public void runUntil(long ns) {
        rest();
        while (!hasSent() && nowNs < ns) {
            // One that wants to run at once, and finds nothing to do, must not hold up time.
            long leastNs = nowNs + (restless ? LEAST_STEP_NS : 0);
            nowNs = Math.min(ns, Math.max(leastNs, endpoint.nextDeadlineNs()));
            rest();
            restless = endpoint.nextDeadlineNs() <= nowNs;
        }
    }

    private void rest() {
        for (int cycles = 0; endpoint.doWork() > 0; cycles++) {
            if (cycles == MANY_CYCLES) {
                throw new IllegalStateException("the endpoint does not come to rest");
            }
        }
    }

    private boolean hasSent() {
        return ports.stream().anyMatch(TapPort::hasSent);
    }

    @Override
    public List<SentFrame> take() {
        List<SentFrame> all = new ArrayList<>();
        ports.forEach(port -> all.addAll(port.take()));
        return all;
    }

    @Override
    public void close() {
        super.close();
        ports.forEach(TapPort::close);
    }
}
