package io.heliograph.transport.port;

/**
 * A port around a port that counts calls as well as frames: how full bursts are and how many polls found nothing, which
 * {@link PortStatistics} does not tell. Counters are for the thread that polls; nothing is allocated.
 */
public final class CountingPort extends PortWrapper {
    private long receiveBursts;
    private long emptyPolls;
    private long receivedFrames;
    private long receivedBytes;
    private long sendBursts;
    private long refusedBursts;
    private long sentFrames;
    private long sentBytes;
    private long failedAllocations;

    /** Wraps {@code port}, which is closed with this one. */
    public CountingPort(Port port) {
        super(port);
    }

    @Override
    public int receive(Burst burst) {
        int count = port.receive(burst);
        if (count == 0) {
            emptyPolls++;
            return 0;
        }
        receiveBursts++;
        receivedFrames += count;
        for (int i = 0; i < count; i++) {
            receivedBytes += Frame.lengthBytes(burst.frame(i));
        }
        return count;
    }

    @Override
    public int allocate(Burst burst, int count) {
        int allocated = port.allocate(burst, count);
        failedAllocations += allocated == 0 ? 1 : 0;
        return allocated;
    }

    @Override
    public int send(Burst burst) {
        long bytesBefore = bytes(burst);
        int accepted = port.send(burst);
        if (accepted > 0) {
            sendBursts++;
            sentFrames += accepted;
            sentBytes += bytesBefore - bytes(burst);
        }
        refusedBursts += burst.size() > 0 ? 1 : 0;
        return accepted;
    }

    /** Polls that found frames. */
    public long receiveBursts() {
        return receiveBursts;
    }

    /** Polls that found none. */
    public long emptyPolls() {
        return emptyPolls;
    }

    /** Frames received. */
    public long receivedFrames() {
        return receivedFrames;
    }

    /** Their bytes. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Calls of {@link #send} that had at least one frame accepted. */
    public long sendBursts() {
        return sendBursts;
    }

    /** Calls of {@link #send} that had at least one frame refused. */
    public long refusedBursts() {
        return refusedBursts;
    }

    /** Frames accepted. */
    public long sentFrames() {
        return sentFrames;
    }

    /** Their bytes. */
    public long sentBytes() {
        return sentBytes;
    }

    /** Calls of {@link #allocate} that found too few frames. */
    public long failedAllocations() {
        return failedAllocations;
    }

    private static long bytes(Burst burst) {
        long bytes = 0;
        for (int i = 0; i < burst.size(); i++) {
            bytes += Frame.lengthBytes(burst.frame(i));
        }
        return bytes;
    }
}
