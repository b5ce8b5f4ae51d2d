package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.Clock;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.rate.RateTables;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint needs to obey a controller of another process: learns the settings, and is the factory of the endpoint's rate policy, which polls the control port in the endpoint's duty cycle.
 *
 * <pre>{@code
 * SplitPort ports = new SplitPort(port, controller.udpPort(), arena);
 * ControllerClient client = ControllerClient.join(ports.control(), controller, place, clock, random, patienceNs);
 * Port data = client.watch(ports.data());
 * PacketEndpoint endpoint = PacketEndpoint.open(EndpointConfig.of(place.own()).withRatePolicy(client), clock, random, data);
 * }</pre>
 *
 * <p>For one endpoint with one engine. Opened and closed by one thread, closed after the endpoint and before the control port; what says so is for any thread.
 */
public final class ControllerClient implements RatePolicyFactory, AutoCloseable {
    /** A controller that was not heard of for so long is worth a word where something goes wrong. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final ControllerAddress controller;
    private final ControllerSettings settings;
    private final Clock clock;
    private final NodeAddresses nodes;
    private final int trafficClass;
    private final NodeLink link;
    private final Arena arena;
    private @Nullable SlotWatch watch;
    private @Nullable GrantedRates rates;

    private ControllerClient(
            ControllerAddress controller,
            ControllerSettings settings,
            Clock clock,
            NodePlace place,
            NodeLink link,
            Arena arena) {
        this.controller = controller;
        this.settings = settings;
        this.clock = clock;
        nodes = new NodeAddresses(place.addresses());
        trafficClass = place.trafficClass();
        this.link = link;
        this.arena = arena;
    }

    /**
     * Asks the controller for its settings.
     *
     * @param port for control packets alone; stays the caller's to close
     * @param place which node this is
     * @param clock that of the endpoint, and the controller's: of one machine
     * @param patienceNs how long to wait for an answer
     * @throws io.heliograph.bindings.EnvironmentException if there is none, or the controller is not for this node; the message says why
     * @throws IllegalArgumentException if addresses are of different families, or the port's packets are too short
     */
    public static ControllerClient join(
            Port port,
            ControllerAddress controller,
            NodePlace place,
            Clock clock,
            RandomSource random,
            long patienceNs) {
        Arena arena = Arena.ofShared();
        try {
            ControllerInquiry.Answer answer =
                    new ControllerInquiry(port, controller, place, clock, arena).ask(patienceNs);
            NodeLink link = new NodeLink(
                    port,
                    place.own(),
                    controller,
                    answer.settings(),
                    answer.epoch(),
                    place.number(),
                    random,
                    arena,
                    clock.nowNs());
            return new ControllerClient(controller, answer.settings(), clock, place, link, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** What the controller said. */
    public ControllerSettings settings() {
        return settings;
    }

    /** A port around that of the endpoint, which throws away what comes too late for its slot, and counts what leaves outside nevertheless. It closes the port within; its memory is this object's. */
    public Port watch(Port data) {
        SlotWatch watching = new SlotWatch(data, clock, nodes, arena);
        watch = watching;
        return watching;
    }

    /**
     * The policy of the endpoint's engine; other traffic goes by the endpoint's table.
     *
     * @throws IllegalArgumentException if the endpoint has several engines
     * @throws IllegalStateException if there is an endpoint already
     */
    @Override
    public RatePolicy make(RateTables tables, int flows, int engines) {
        if (engines != 1) {
            throw new IllegalArgumentException("granted slots are for one engine: engines=" + engines + "; open one");
        }
        if (rates != null) {
            throw new IllegalStateException("the client of controller " + controller + " is for one endpoint");
        }
        GrantedRates made = new GrantedRates(
                RatePolicyFactory.TABLE_PACED.make(tables, flows, engines),
                link,
                nodes,
                settings.chunk(),
                trafficClass);
        rates = made;
        if (watch != null) {
            watch.watch(made);
        }
        return made;
    }

    /** What became of the slots so far. Any thread, though not all of one moment. */
    public SlotStatistics statistics() {
        GrantedNode node = link.node();
        SlotWatch watching = watch;
        return new SlotStatistics(
                node.sent(),
                rates == null ? 0 : rates.unusedSlots(),
                node.missed(),
                node.staleGrants(),
                watching == null ? 0 : watching.packets(),
                watching == null ? 0 : watching.thrownAway(),
                watching == null ? 0 : watching.outside(),
                watching == null ? 0 : watching.latestNs());
    }

    /** Why nothing may move that waits for slots, for people; empty if there is nothing to say. Any thread. */
    public String trouble() {
        ControllerSettings theirs = link.contradiction();
        if (theirs != null) {
            return "the controller at " + controller + " was started anew with other settings (" + theirs + "; not "
                    + settings + "), and gives this job no slots: start both anew";
        }
        long silentNs = link.silentNs(clock.nowNs());
        return silentNs >= SILENCE_NS
                ? "has waited for slots for " + TimeUnit.NANOSECONDS.toMillis(silentNs) + " ms: the controller at "
                        + controller + " is silent; is it there (helio arbiter --serve)?"
                : "";
    }

    @Override
    public void close() {
        link.close();
        arena.close();
    }
}
