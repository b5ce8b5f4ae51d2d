package io.heliograph.transport.endpoint;

import io.heliograph.transport.Endpoint;
import java.util.function.IntSupplier;
import org.agrona.concurrent.Agent;

/** Runs an endpoint's duty cycle, or that of one of its engines, on an Agrona agent's thread, while the application posts and polls on its own; does not close the endpoint. */
public final class EndpointAgent implements Agent {
    private final IntSupplier dutyCycle;
    private final String name;

    /** An agent for an open endpoint, to be closed after the agent's runner. */
    public EndpointAgent(Endpoint endpoint) {
        dutyCycle = endpoint::doWork;
        name = "heliograph-endpoint-" + endpoint.address();
    }

    /** As {@link #EndpointAgent(Endpoint)}, for one engine; each of the others needs its own agent. */
    public EndpointAgent(PacketEndpoint endpoint, int engine) {
        dutyCycle = () -> endpoint.doWork(engine);
        name = "heliograph-endpoint-" + endpoint.address() + "-engine-" + engine;
    }

    @Override
    public int doWork() {
        return dutyCycle.getAsInt();
    }

    @Override
    public String roleName() {
        return name;
    }
}
