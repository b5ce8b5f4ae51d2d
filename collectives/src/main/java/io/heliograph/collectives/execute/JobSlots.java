package io.heliograph.collectives.execute;

import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.ControllerClient;
import io.heliograph.collectives.planning.controller.NodePlace;
import io.heliograph.collectives.planning.controller.SplitPort;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** A rank's part in the slots of a controller: what says when its packets go, and the port they go by. Closed after the endpoint and before its ports. */
final class JobSlots {
    /** Of all that a communicator sends. */
    private static final int TRAFFIC_CLASS = 0;

    private final Arena arena;
    private final @Nullable Port ownControl;
    private final ControllerClient client;
    private final Port data;

    private JobSlots(Arena arena, @Nullable Port ownControl, ControllerClient client, Port data) {
        this.arena = arena;
        this.ownControl = ownControl;
        this.client = client;
        this.data = client.watch(data);
    }

    /**
     * Asks the controller for its settings.
     *
     * @param port of the rank's only engine, for data alone from now on
     * @param patienceNs how long to wait for an answer
     * @throws io.heliograph.bindings.EnvironmentException if there is none, or the controller is not for this job
     */
    static JobSlots join(
            ControllerAddress controller,
            JobPorts ports,
            JobPlace place,
            Port port,
            RandomSource random,
            long patienceNs) {
        Arena arena = Arena.ofShared();
        Port ownControl = null;
        try {
            ownControl = ports.openControl(place, SystemClock.INSTANCE);
            Port control = ownControl;
            Port data = port;
            if (control == null) {
                SplitPort split = new SplitPort(port, controller.udpPort(), arena);
                control = split.control();
                data = split.data();
            }
            NodePlace node = new NodePlace(place.rank(), place.addresses(), TRAFFIC_CLASS, ports.mtuBytes());
            ControllerClient client =
                    ControllerClient.join(control, controller, node, SystemClock.INSTANCE, random, patienceNs);
            return new JobSlots(arena, ownControl, client, data);
        } catch (RuntimeException e) {
            if (ownControl != null) {
                ownControl.close();
            }
            arena.close();
            throw e;
        }
    }

    /** The endpoint's rate policy. */
    ControllerClient client() {
        return client;
    }

    /** The endpoint's port. */
    Port data() {
        return data;
    }

    /** The port that it was given stays open. */
    void close() {
        client.close();
        if (ownControl != null) {
            ownControl.close();
        }
        arena.close();
    }
}
