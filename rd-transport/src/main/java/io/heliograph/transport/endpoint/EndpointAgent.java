package io.heliograph.transport.endpoint;

import io.heliograph.transport.Endpoint;
import org.agrona.concurrent.Agent;

/** Runs an endpoint's duty cycle on an Agrona agent's thread, while the application posts and polls on its own; does not close the endpoint. */
public final class EndpointAgent implements Agent {
    private final Endpoint endpoint;

    /** An agent for an open endpoint, to be closed after the agent's runner. */
    public EndpointAgent(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public int doWork() {
        return endpoint.doWork();
    }

    @Override
    public String roleName() {
        return "heliograph-endpoint-" + endpoint.address();
    }
}
