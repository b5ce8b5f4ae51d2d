package io.heliograph.benchmarks.tour;

import java.util.List;

/**
 * One stretch of the tour: a kind of port and what goes wrong on it.
 *
 * @param name of the port, for the table
 * @param faults as {@code --fault} takes them, or empty
 * @param options {@code --port} and what it needs, the same at both ends
 * @param serverPrefix what the server is started with, may be empty
 * @param clientPrefix what the client is started with, may be empty
 */
public record Leg(
        String name, String faults, List<String> options, List<String> serverPrefix, List<String> clientPrefix) {

    /** The same with faults. */
    public Leg with(String otherFaults) {
        return new Leg(name, otherFaults, options, serverPrefix, clientPrefix);
    }
}
