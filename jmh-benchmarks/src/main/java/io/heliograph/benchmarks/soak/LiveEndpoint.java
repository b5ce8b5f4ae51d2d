package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.function.Supplier;

/** An endpoint that is closed and opened anew over the same ports as often as one likes, with counters that go on. */
public final class LiveEndpoint implements AutoCloseable {

    private final Supplier<PacketEndpoint> opener;
    private EngineDrive engines;
    private long formerPackets;
    private long formerRetransmitted;

    /**
     * Opens the first.
     *
     * @param opener opens one over ports that stay open
     */
    public LiveEndpoint(Supplier<PacketEndpoint> opener) {
        this.opener = opener;
        engines = EngineDrive.parking(opener.get());
    }

    /** The present endpoint and what keeps it working. */
    public EngineDrive engines() {
        return engines;
    }

    /** Ends the present endpoint without a word to anybody and opens the next. */
    EngineDrive reopen() {
        formerPackets = packets();
        formerRetransmitted = retransmitted();
        close();
        engines = EngineDrive.parking(opener.get());
        return engines;
    }

    /** Sets the figures that endpoints count. */
    void publish(Tally tally) {
        tally.set(Figure.PACKETS, packets());
        tally.set(Figure.RETRANSMITTED, retransmitted());
    }

    private long packets() {
        return formerPackets + engines.endpoint().counters().get(EndpointCounter.DATA_SENT);
    }

    private long retransmitted() {
        return formerRetransmitted + engines.endpoint().counters().get(EndpointCounter.RETRANSMITTED);
    }

    @Override
    public void close() {
        engines.close();
        engines.endpoint().close();
    }
}
