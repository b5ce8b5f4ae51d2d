package io.heliograph.transport.port;

/**
 * One poll-mode queue pair for Ethernet frames: receive, send, and frames to write into.
 *
 * <p>Frames are off-heap memory of the port, see {@link Frame}; a frame belongs to the caller from {@link #receive} or {@link #allocate}
 * until {@link #send} takes it or {@link #release} returns it, and never outlives the port. No call blocks or allocates; none throws once
 * the port is open. One thread at a time calls the four hot methods; {@link #statistics} and {@link #linkState} may be called from any thread.
 *
 * <p>A wrapper is a port around a port and hands on what it does not change, {@link #close()} included. What it holds back of the frames
 * it accepted goes out in later calls of {@link #receive} and {@link #send}: keep polling.
 */
public interface Port extends AutoCloseable {
    /** What does not change while the port is open. */
    PortInfo info();

    /**
     * Takes frames that arrived.
     *
     * @param burst empty; afterwards it holds the frames, which now belong to the caller
     * @return the number of frames, 0 if none is there
     */
    int receive(Burst burst);

    /**
     * Takes empty frames to write into.
     *
     * @param burst the frames are appended
     * @param count at least 1, at most {@code burst.remaining()}
     * @return the number of frames appended: {@code count}, or 0 when the port has not that many
     */
    int allocate(Burst burst, int count);

    /**
     * Hands frames to the wire in order, from the first on.
     *
     * @param burst frames whose lengths are set; those accepted leave it, the others stay at its front and belong to the caller still
     * @return the number of frames accepted, 0 if the port is backed up
     */
    int send(Burst burst);

    /** Returns all frames of {@code burst} unsent and empties it. */
    void release(Burst burst);

    /** Whether frames can get anywhere at present; a cold-path question. */
    LinkState linkState();

    /** What passed so far; a cold-path question. */
    PortStatistics statistics();

    /** Releases what the port holds from the machine; frames taken from it are dead afterwards. Closing twice does nothing. */
    @Override
    void close();
}
