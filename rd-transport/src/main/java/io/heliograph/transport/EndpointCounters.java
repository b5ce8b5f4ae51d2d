package io.heliograph.transport;

/** The counters of an endpoint: written by its engines alone, read by anybody at any time. */
public interface EndpointCounters {
    /** The count so far. */
    long get(EndpointCounter counter);
}
