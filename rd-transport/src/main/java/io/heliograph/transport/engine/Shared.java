package io.heliograph.transport.engine;

import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.memory.Regions;
import java.lang.foreign.Arena;

/** What the engines of an endpoint have in common. */
record Shared(
        EndpointConfig config, Clock clock, Regions regions, Arena arena, Peers peers, Home home, MessagePool pool) {}
