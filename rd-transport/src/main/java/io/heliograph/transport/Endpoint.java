package io.heliograph.transport;

import java.lang.foreign.MemorySegment;

/**
 * A node's way to write into the memory of others: register memory, post WRITEs, poll completions.
 *
 * <p>There are no connections: a peer is an address, and writing needs just that address, the key and the address of a region there. The
 * rules (placement in any order, exactly once, immediates after their bytes, completion after placement) are those of
 * {@code PROTOCOL.md}.
 *
 * <p>One application thread calls {@link #write}, {@link #writeImm} and {@link #poll}; {@link #doWork} is called by that thread or by
 * one other, an agent's. {@link #register}, {@link #deregister} and {@link #addPeer} may be called by the application thread at any
 * time. The first four allocate nothing; failures of posts are negative codes, see {@link Post}.
 */
public interface Endpoint extends AutoCloseable {
    /** This node's address. */
    IpAddress address();

    /**
     * Makes off-heap memory reachable for peers and usable as a source.
     *
     * @param memory native memory that stays alive until the region is deregistered
     * @param access what peers may do, any of {@link MemoryRegion#REMOTE_WRITE} and, where {@link #beginRead} is offered, {@link
     *     MemoryRegion#REMOTE_READ}; 0 for a source only
     * @return the region with its key, random 32 bits
     * @throws IllegalArgumentException if the memory is on the heap, empty, or overlaps a region that peers may write to or read, or the access is
     *     not known here
     * @throws IllegalStateException if the table of regions is full
     */
    MemoryRegion register(MemorySegment memory, int access);

    /**
     * Takes memory back: when this returns, no packet touches it any more. Posts that still read from it complete with
     * {@link CompletionStatus#REGION_GONE}.
     *
     * @throws IllegalArgumentException if the region is not registered here
     */
    void deregister(MemoryRegion region);

    /**
     * Gives a peer a number to post with; the same address gets the same number. Nothing is sent; its Ethernet address is found out when
     * something is, where the port needs one.
     *
     * @throws IllegalArgumentException if the address is of another family than this node's
     * @throws IllegalStateException if the table of peers is full
     */
    int addPeer(IpAddress address);

    /** As {@link #addPeer(IpAddress)}, with the Ethernet address told once and for all; not looked at if the peer is known already. */
    int addPeer(IpAddress address, MacAddress macAddress);

    /**
     * The address of a peer as {@link #addPeer} or a completion numbered it. A number that only a completion gave may end when the peer is idle and the
     * table of peers is full: {@link #addPeer} makes it last.
     *
     * @throws IllegalArgumentException if the number is nobody's
     */
    IpAddress peerAddress(int peer);

    /**
     * Posts a WRITE of {@code lengthBytes} bytes from {@code source} at {@code sourceOffset} to {@code remoteAddress} in the peer's region
     * {@code remoteKey}. The source must not change until the completion.
     *
     * @param queue the work queue, from 0
     * @param peer as numbered by {@link #addPeer}
     * @param lengthBytes 0 to 2^31 and more, what the source holds
     * @param cookie comes back in the completion
     * @return {@link Post#OK} or a negative code
     */
    default int write(
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            long cookie) {
        return post(false, false, queue, peer, source, sourceOffset, lengthBytes, remoteAddress, remoteKey, 0, cookie);
    }

    /**
     * Posts a WRITE whose 32-bit {@code immediate} the peer's application gets once, after all its bytes are placed and, if {@code
     * fenced}, all earlier messages of this queue to this peer are complete.
     *
     * @return {@link Post#OK} or a negative code
     */
    default int writeImm(
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            boolean fenced,
            long cookie) {
        return post(
                true,
                fenced,
                queue,
                peer,
                source,
                sourceOffset,
                lengthBytes,
                remoteAddress,
                remoteKey,
                immediate,
                cookie);
    }

    /**
     * What {@link #write} and {@link #writeImm} come to; applications call those.
     *
     * @param immediate not looked at without {@code withImmediate}
     * @param fenced false without {@code withImmediate}
     * @return {@link Post#OK} or a negative code
     */
    int post(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie);

    /**
     * Begins to read {@code lengthBytes} bytes at {@code remoteAddress} of the peer's region {@code remoteKey} where they lie, without a copy: for
     * endpoints that have memory of peers on the same host mapped. The region stays where it is until {@link #endRead}, even if the peer
     * deregisters it meanwhile (its call waits) or dies. One read at a time, by the application thread, which posts and polls nothing before its end.
     *
     * @param lengthBytes at least 1
     * @return the address of the first byte in this process, or a negative code of {@link Post}; {@link Post#NOT_MAPPED} for ever where this is not
     *     offered
     */
    default long beginRead(int peer, long remoteAddress, long lengthBytes, int remoteKey) {
        return Post.NOT_MAPPED;
    }

    /** Ends what {@link #beginRead} began: the address it gave is nobody's any more. */
    default void endRead() {
        throw new IllegalStateException("no read is under way");
    }

    /**
     * Begins to write {@code lengthBytes} bytes at {@code remoteAddress} of the peer's region {@code remoteKey} where they lie: as {@link #beginRead}, of which none is under way at the same time; further writes to the same peer may begin within it, and end before it. Nothing completes and
     * nothing is told: both sides know by what is stored, with release and acquire. What is not stored before {@link #endWrite} is as it was.
     *
     * @param lengthBytes at least 1
     * @return the address of the first byte in this process, or a negative code of {@link Post}; {@link Post#NOT_MAPPED} for ever where this is not
     *     offered
     */
    default long beginWrite(int peer, long remoteAddress, long lengthBytes, int remoteKey) {
        return Post.NOT_MAPPED;
    }

    /** Ends what {@link #beginWrite} began: the address it gave is nobody's any more. */
    default void endWrite() {
        throw new IllegalStateException("no write is under way");
    }

    /**
     * Hands out what completed: own posts, peers' immediates, events.
     *
     * @param limit the most completions to hand out
     * @return how many were handed out
     */
    int poll(CompletionHandler handler, int limit);

    /**
     * One duty cycle: takes posts, sends, receives, places, acknowledges, and serves timers that are due.
     *
     * @return a positive count if there was something to do
     */
    int doWork();

    /** When {@link #doWork} must run next at the latest, on the endpoint's clock, if nothing arrives and nothing is posted; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineNs();

    /** The counters, by a name and a meaning each; may be read from any thread. */
    EndpointCounters counters();

    /** Ends all relations without a word to the peers and releases what the endpoint made; the port is not the endpoint's and stays open. */
    @Override
    void close();
}
