package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.DeviceAttributes;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.PortAttributes;
import io.heliograph.bindings.verbs.Verbs;
import io.heliograph.bindings.verbs.VerbsContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An RDMA device, opened at one of its ports, and what is made on it, to be given back in reverse. Set-up, one thread at a time. */
public final class RdmaPort implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final PortSpec.Verbs spec;
    private final VerbsContext context;
    private final DeviceAttributes device;
    private final PortAttributes attributes;

    /**
     * Opens it.
     *
     * @throws EnvironmentException if RDMA support, the device or its port is missing
     */
    public RdmaPort(PortSpec.Verbs spec) {
        this.spec = spec;
        context = Verbs.load().open(spec.device());
        closing.push(context::close);
        try {
            device = context.attributes();
            if (spec.port() > device.ports()) {
                throw new EnvironmentException("RDMA device has fewer ports: port=" + spec + " ports=" + device.ports()
                        + "; name one of them");
            }
            attributes = context.port(spec.port());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What {@link #close} is to do, before what it was told earlier. */
    public void whenClosed(Runnable action) {
        closing.push(action);
    }

    /** The device, opened. */
    public VerbsContext context() {
        return context;
    }

    /** What the device can do. */
    public DeviceAttributes device() {
        return device;
    }

    /** What the port was when it was opened. */
    public PortAttributes attributes() {
        return attributes;
    }

    /** The port's number, from 1. */
    public int number() {
        return spec.port();
    }

    /** The port's RoCE v2 GIDs that the user lets us choose from. */
    public List<GidEntry> usableGids() {
        List<GidEntry> usable = new ArrayList<>();
        for (GidEntry entry : presentGids()) {
            if (entry.isRoceV2() && (spec.gidIndex() < 0 || spec.gidIndex() == entry.index())) {
                usable.add(entry);
            }
        }
        return usable;
    }

    /** All GIDs of the port, for messages. */
    public List<GidEntry> presentGids() {
        return context.gids(spec.port());
    }

    /** Gives back everything, in reverse; what the device refuses because it has gone is gone with it. */
    @Override
    public void close() {
        while (!closing.isEmpty()) {
            try {
                closing.pop().run();
            } catch (EnvironmentException e) {
                // the rest still has to go
            }
        }
    }
}
