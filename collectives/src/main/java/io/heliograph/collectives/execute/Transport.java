package io.heliograph.collectives.execute;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What carries the chunks of one communicator, or of several: those that are opened over the same transport, and those that come of them, share its endpoint.
 *
 * <p>Nobody else posts to the endpoint or polls it, and no other transport is made of it; communicators do not close it. One thread at a time for all that it carries.
 */
public final class Transport {
    /** A duty cycle does nothing for messages that are under way, but makes links and looks whether peers live. */
    private static final int TURNS_PER_WORK_DIRECT = 32;

    private static final int LINE_BYTES = 64;
    /** Long for a copy of some microseconds, also on a busy machine, and short for people. */
    private static final int LOOKS_AT_PEERS = 2_000;

    /** Of the file system that shared memory is in, for what cannot do without: containers often have no more than 64 MiB. */
    private static final long RESERVED_BYTES = 16L << 20;

    private final Endpoint endpoint;
    private final SegmentAllocator memory;
    /** What has the memory that peers on this host can read; null if there is none. */
    private final @Nullable SharedMemoryEndpoint shared;

    private final int turnsPerWork;
    private final String kind;
    private final Progress progress;
    private Supplier<String> trouble = () -> "";
    private boolean areWritesUnderWay;
    /** What communicators that are closed had allocated. */
    private final List<MemorySegment> free = new ArrayList<>();

    private Transport(
            Endpoint endpoint,
            SegmentAllocator memory,
            @Nullable SharedMemoryEndpoint shared,
            int turnsPerWork,
            String kind) {
        this.endpoint = endpoint;
        this.memory = memory;
        this.shared = shared;
        this.turnsPerWork = turnsPerWork;
        this.kind = kind;
        progress = new Progress(this);
    }

    /**
     * One that moves packets in its duty cycle, and places them in any native memory. The communicator does the duty cycles, in its calls alone: between them nothing is acknowledged or sent again, so a
     * rank that computes for longer than the endpoint's peer timeout may be taken for gone. Where packets are lost, {@link #withAgent} is better.
     *
     * @param memory allocates what peers may write to; it lives as long as the endpoint
     */
    public static Transport of(Endpoint endpoint, SegmentAllocator memory) {
        return of(endpoint, memory, kind(endpoint));
    }

    /** As {@link #of(Endpoint, SegmentAllocator)}, of a {@link #kind}. */
    static Transport of(Endpoint endpoint, SegmentAllocator memory, String kind) {
        return new Transport(endpoint, memory, null, 1, kind);
    }

    /** As {@link #of(Endpoint, SegmentAllocator)}, where an agent does the duty cycles, see {@link io.heliograph.transport.endpoint.EndpointAgent}. */
    public static Transport withAgent(Endpoint endpoint, SegmentAllocator memory) {
        return withAgent(endpoint, memory, kind(endpoint));
    }

    /** As {@link #withAgent(Endpoint, SegmentAllocator)}, of a {@link #kind}. */
    static Transport withAgent(Endpoint endpoint, SegmentAllocator memory, String kind) {
        return new Transport(endpoint, memory, null, 0, kind);
    }

    /** Direct placement within hosts, packets across them, of a {@link #kind}. */
    static Transport of(NearestEndpoint endpoint, String kind) {
        return new Transport(endpoint, endpoint.direct(), endpoint.direct(), 1, kind);
    }

    /** As {@link #of(NearestEndpoint, String)}, where agents do the duty cycles. */
    static Transport withAgent(NearestEndpoint endpoint, String kind) {
        return new Transport(endpoint, endpoint.direct(), endpoint.direct(), 0, kind);
    }

    /** Direct placement in shared memory, where ranks can read each other's buffers as well. */
    public static Transport of(SharedMemoryEndpoint endpoint) {
        return new Transport(endpoint, endpoint, endpoint, TURNS_PER_WORK_DIRECT, kind(endpoint));
    }

    private static String kind(Endpoint endpoint) {
        return endpoint.getClass().getSimpleName();
    }

    /** Whether all ranks share memory: they can read what {@link #allocateReadable} gave to any, and are there without duty cycles of each other's. */
    boolean isShared() {
        return shared == endpoint;
    }

    /** Whether there may be ranks that can read what {@link #allocateReadable} gave. */
    boolean isReadable() {
        return shared != null;
    }

    /** Whether a peer of the endpoint can read what {@link #allocateReadable} gave. */
    boolean isReadableBy(int peer) {
        return isShared() || isReadable() && NearestEndpoint.isNear(peer);
    }

    /** Zeroed memory that other ranks of this host can read where it lies; null if there is none to be had. */
    @Nullable
    MemorySegment allocateReadable(long lengthBytes, long alignment) {
        if (shared == null || !hasRoom(lengthBytes)) {
            return null;
        }
        try {
            return shared.allocate(lengthBytes, alignment);
        } catch (EnvironmentException | IllegalStateException e) {
            // The file system is full: what is there by then is shared, more is not.
            return null;
        }
    }

    private static boolean hasRoom(long lengthBytes) {
        try {
            Path directory = SharedMemory.pathOf("x").resolveSibling("");
            return Files.getFileStore(directory).getUsableSpace() - lengthBytes >= RESERVED_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits a moment for peers to be through with what they write here; if one is not, remembers it. */
    void awaitPeers() {
        areWritesUnderWay = shared != null && !shared.awaitPeers(LOOKS_AT_PEERS);
    }

    /** Whether a rank was in the middle of a write here when it was stopped, and still is: no buffer that it may write to is anybody's. */
    boolean areWritesUnderWay() {
        if (areWritesUnderWay) {
            areWritesUnderWay = shared != null && !shared.awaitPeers(1);
        }
        return areWritesUnderWay;
    }

    /** What {@link #allocateReadable} gave is used by nobody any more. */
    void freeReadable(MemorySegment segment) {
        if (shared != null) {
            shared.free(segment);
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Progress progress() {
        return progress;
    }

    /** The same, which knows why nothing may move at present. */
    Transport explainedBy(Supplier<String> newTrouble) {
        trouble = newTrouble;
        return this;
    }

    /** Why nothing may move at present, for people; empty if it is not known. */
    String trouble() {
        return trouble.get();
    }

    /** What measured costs hold for, as far as the transport is concerned. */
    String kind() {
        return kind;
    }

    /** How often completions are looked at for each duty cycle of the endpoint; 0 if an agent does those. */
    int turnsPerWork() {
        return turnsPerWork;
    }

    /** A duty cycle, unless an agent does them. */
    void work() {
        if (turnsPerWork > 0) {
            endpoint.doWork();
        }
    }

    /** A duty cycle of everything, be it otherwise done in few of them: a link that is missing may be what holds posts up. */
    void workOnAll() {
        work();
        if (turnsPerWork > 0 && shared != null && !isShared()) {
            shared.doWork();
        }
    }

    /** Memory that peers may write to, of at least so many bytes: the shortest that was given back and is long enough, or new. */
    MemorySegment allocate(long lengthBytes) {
        MemorySegment best = MemorySegment.NULL;
        for (MemorySegment segment : free) {
            if (segment.byteSize() >= lengthBytes && (best.byteSize() == 0 || segment.byteSize() < best.byteSize())) {
                best = segment;
            }
        }
        if (best.byteSize() == 0) {
            return memory.allocate(lengthBytes, LINE_BYTES);
        }
        free.remove(best);
        return best;
    }

    /** What {@link #allocate} returned is written to no more. */
    void free(MemorySegment segment) {
        free.add(segment);
    }
}
