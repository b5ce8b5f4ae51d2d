package io.heliograph.collectives.planning.rates;

/** What a plan needs to know of a network: links that go one way, and which part of a flow goes over which. */
public interface FabricRoutes {
    /** Hosts, numbered from 0 on. */
    int hosts();

    /** Links, numbered from 0 on. */
    int links();

    /** What people call a link. */
    String name(int link);

    /** What a link carries, {@link io.heliograph.transport.rate.WireBytes} included. */
    long rateBitsPerSecond(int link);

    /**
     * The links of a flow.
     *
     * @throws IllegalArgumentException if there is no way
     */
    Route route(Flow flow);

    /**
     * How long a message takes to arrive besides what its bytes take on the first link; 0 if that is not known.
     *
     * @param packetBytes of its last packet on the line, which each switch has whole before it sends it on
     */
    default double latencyNs(Flow flow, double packetBytes) {
        return 0;
    }

    /**
     * Links of a flow, and the part of it that each carries.
     *
     * @param links their numbers
     * @param parts from above 0 to 1, one for each
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Route(int[] links, double[] parts) {}
}
