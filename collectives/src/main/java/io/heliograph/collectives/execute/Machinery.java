package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;

/** What a communicator is made of: put together when its ranks meet, and given back at its end. */
final class Machinery {
    private static final int LINE_BYTES = 64;

    final CommunicatorConfig config;
    final Transport transport;
    final Clock clock;
    final int context;
    final int rank;
    final int size;
    final Choice choice;
    final Programs programs;
    final Members members;
    final Channels channels;
    final Buffers buffers;
    final Calls calls;
    final Failures failures;
    final Turner turner;
    private final Endpoint endpoint;
    private final Arena arena = Arena.ofShared();
    private final Landing landing;
    private final Outbox outbox;
    private final MemoryRegion scratch;

    /**
     * Meets the others.
     *
     * @param context that all ranks agreed on, and that is reserved
     * @param landing of this rank
     * @param exchange used once
     */
    Machinery(
            CommunicatorConfig config,
            Transport transport,
            Clock clock,
            int context,
            int rank,
            int size,
            Landing landing,
            Choice choice,
            Exchange exchange) {
        this.config = config;
        this.transport = transport;
        this.clock = clock;
        this.context = context;
        this.rank = rank;
        this.size = size;
        this.landing = landing;
        this.choice = choice;
        endpoint = transport.endpoint();
        LandingLayout layout = LandingLayout.of(config, size);
        outbox = new Outbox(source(Outbox.bytes(size, layout, config.eagerBytes())), layout, config.eagerBytes());
        members = Members.meet(endpoint, config, landing, layout, rank, size, exchange);
        programs = new Programs(choice, rank, size, other -> transport.isReadableBy(members.peer(other)));
        scratch = source((long) programs.mostScratchChunks() * config.slotBytes());
        failures = new Failures(members, clock, config.timeoutNs(), transport.isShared(), transport::trouble);
        channels = new Channels(transport, context, members, layout, landing.address(), outbox, failures);
        turner = new Turner(transport, clock, channels, failures, size);
        buffers = new Buffers(transport);
        calls = new Calls(config, rank, size, programs, transport, buffers, scratch, channels, failures, turner);
        transport.progress().attach(context, channels, turner);
    }

    /** As the constructor, which it reserves the context and opens a landing for. */
    static Machinery meet(
            CommunicatorConfig config,
            Transport transport,
            Clock clock,
            int context,
            int rank,
            int size,
            Choice choice,
            Exchange exchange) {
        Progress progress = transport.progress();
        progress.reserve(context);
        Landing landing = Landing.open(transport, LandingLayout.of(config, size), size);
        try {
            return new Machinery(config, transport, clock, context, rank, size, landing, choice, exchange);
        } catch (RuntimeException e) {
            progress.release(context);
            throw e;
        }
    }

    private MemoryRegion source(long bytes) {
        return endpoint.register(arena.allocate(bytes, LINE_BYTES), 0);
    }

    /**
     * Says goodbye, and gives all back.
     *
     * @throws io.heliograph.collectives.CollectiveException if the communicator failed, which no call said, after calls of which this rank's end did not say that all called the same
     */
    void close() {
        Progress progress = transport.progress();
        failures.leave();
        if (failures.any()) {
            // A rank that was stopped in the middle of a copy would hold a deregistration up: closing the endpoint
            // takes all back. Nor is the context given back, for such a rank may still send.
            failures.abandon();
            progress.detach(context, turner);
            if (calls.isUnanswered()) {
                failures.checkLast();
            }
            return;
        }
        failures.close();
        progress.detach(context, turner);
        progress.release(context);
        buffers.close();
        landing.close();
        endpoint.deregister(outbox.region());
        endpoint.deregister(scratch);
        arena.close();
    }
}
