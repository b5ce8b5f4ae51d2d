package io.heliograph.emulator.conformance.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.conformance.DeviceFactory;
import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.emulator.conformance.NotOfferedException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Port;
import java.net.SocketAddress;
import java.util.function.Function;

/**
 * One device at the other end of a cable, fresh for each scenario: an agent resets it, or, where there is none, peers come from addresses that it does not know.
 *
 * <p>The kit plays the peers and the network on a port, in the clock's time. One thread.
 */
public final class LiveDevices implements DeviceFactory, AutoCloseable {
    private static final long ANSWER_NS = 30_000_000_000L;

    private final LiveLink link;
    private final LiveTiming timing;
    private final Function<DeviceSetup, DeviceUnderTest> maker;
    private final AutoCloseable more;
    private final String description;

    private LiveDevices(
            LiveLink link,
            LiveTiming timing,
            Function<DeviceSetup, DeviceUnderTest> maker,
            AutoCloseable more,
            String description) {
        this.link = link;
        this.timing = timing;
        this.maker = maker;
        this.more = more;
        this.description = description;
    }

    /**
     * A device whose application does what an agent is told.
     *
     * @param port the kit's end of the cable; closed with this
     * @param clock the machine's
     * @param agent where the agent listens, or will before the patience is over
     * @throws EnvironmentException if it does not, or speaks something else; the port is closed then
     */
    public static LiveDevices withAgent(Port port, Clock clock, LiveTiming timing, SocketAddress agent) {
        LiveLink link = new LiveLink(port, slowed(clock, timing), timing.patienceNs());
        AgentConnection connection = null;
        try {
            AgentConnection opened = AgentConnection.open(agent, clock, timing.patienceNs(), ANSWER_NS);
            connection = opened;
            // So that what the device sends meanwhile has its right time.
            opened.meanwhile(link::poll);
            JsonNode hello = AgentDevice.hello(opened);
            return new LiveDevices(
                    link,
                    timing,
                    setup -> new AgentDevice(opened, hello, link, timing, setup),
                    opened,
                    hello.path("name").asText("device"));
        } catch (RuntimeException e) {
            if (connection != null) {
                connection.close();
            }
            link.close();
            throw e;
        }
    }

    /**
     * A device that has no agent: only what it answers to peers that write to it is judged.
     *
     * @param port the kit's end of the cable; closed with this
     * @param clock the machine's
     * @param address the device's; peers are in the same /16 (IPv4) or /96 (IPv6)
     * @param windowPackets its W
     */
    public static LiveDevices target(
            Port port, Clock clock, LiveTiming timing, IpAddress address, TargetRegion region, int windowPackets) {
        LiveLink link = new LiveLink(port, slowed(clock, timing), timing.patienceNs());
        int mtuBytes = port.info().mtuBytes();
        int[] used = new int[1];
        return new LiveDevices(
                link,
                timing,
                setup -> new TargetDevice(link, timing, address, region, windowPackets, mtuBytes, () -> ++used[0]),
                () -> {},
                "target " + address);
    }

    private static Clock slowed(Clock clock, LiveTiming timing) {
        if (timing.slowdown() == 1) {
            return clock;
        }
        long startNs = clock.nowNs();
        return () -> startNs + (long) ((double) (clock.nowNs() - startNs) / timing.slowdown());
    }

    /** What the device calls itself. */
    public String description() {
        return description;
    }

    /**
     * The device as if it were new.
     *
     * @throws NotOfferedException if it cannot be set up so
     */
    @Override
    public DeviceUnderTest open(DeviceSetup setup) {
        DeviceUnderTest device = maker.apply(setup);
        link.begin(IpAddress.parse(device.address()));
        awaitSilence();
        return device;
    }

    /** What the device sent before its reset may still be on the cable. */
    private void awaitSilence() {
        long giveUpNs = link.nowNs() + timing.patienceNs();
        for (long silentNs = link.nowNs(); link.nowNs() < Math.min(giveUpNs, silentNs + timing.settleNs()); ) {
            if (link.hears()) {
                silentNs = link.nowNs();
            }
        }
    }

    @Override
    public void close() {
        try {
            more.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            link.close();
        }
    }
}
