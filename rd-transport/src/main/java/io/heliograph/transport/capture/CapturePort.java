package io.heliograph.transport.capture;

import io.heliograph.transport.Clock;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A port around a port that records every frame it receives and every frame that the port within accepts.
 *
 * <p>Around a fault injector it records what the engine sends; within one, what is left of that. Frames of a burst have the same time.
 * While the port is polled, the file is at most {@value #FLUSH_INTERVAL_NS} ns behind. Threads as the port within; no heap allocation per frame.
 */
public final class CapturePort extends PortWrapper {
    private static final long FLUSH_INTERVAL_NS = 100_000_000;
    private static final int GREATEST_PART = 64;

    private final PcapngWriter writer;
    private final boolean ownsWriter;
    private final Clock clock;
    private final long epochOffsetNs;
    private final int interfaceId;
    private final int[] ends = new int[GREATEST_PART];
    private long flushedNs;
    private boolean closed;

    private CapturePort(Port port, PcapngWriter writer, boolean ownsWriter, Clock clock, long epochOffsetNs) {
        super(port);
        this.writer = writer;
        this.ownsWriter = ownsWriter;
        this.clock = clock;
        this.epochOffsetNs = epochOffsetNs;
        this.interfaceId = writer.addInterface(port.info().name());
        this.flushedNs = clock.nowNs();
    }

    /**
     * Records to a file of its own, by the wall clock.
     *
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static CapturePort open(Port port, Path file) {
        Instant wall = Instant.now();
        long epochNs = wall.getEpochSecond() * 1_000_000_000L + wall.getNano();
        long offsetNs = epochNs - SystemClock.INSTANCE.nowNs();
        return new CapturePort(port, PcapngWriter.create(file), true, SystemClock.INSTANCE, offsetNs);
    }

    /**
     * Records as another interface of a writer that others use too, on the same thread, and that the caller closes after this port.
     *
     * @param epochOffsetNs what to add to {@code clock} to have nanoseconds since 1970
     */
    public static CapturePort of(Port port, PcapngWriter writer, Clock clock, long epochOffsetNs) {
        return new CapturePort(port, writer, false, clock, epochOffsetNs);
    }

    @Override
    public int receive(Burst burst) {
        int count = port.receive(burst);
        if (count > 0) {
            long epochNs = clock.nowNs() + epochOffsetNs;
            for (int i = 0; i < count; i++) {
                long frame = burst.frame(i);
                writer.received(interfaceId, epochNs, Frame.dataAddress(frame), Frame.lengthBytes(frame));
            }
        } else if (writer.isDirty() && clock.nowNs() - flushedNs >= FLUSH_INTERVAL_NS) {
            writer.flush();
            flushedNs = clock.nowNs();
        }
        return count;
    }

    @Override
    public int send(Burst burst) {
        int accepted = 0;
        while (burst.size() > 0) {
            int part = record(burst);
            int acceptedNow = sendPart(burst, part);
            accepted += acceptedNow;
            if (acceptedNow < part) {
                break;
            }
        }
        return accepted;
    }

    /** Records the first frames of {@code burst}, as many as fit, before they are given away; returns how many that are. */
    private int record(Burst burst) {
        int part = 0;
        int bytes = 0;
        int limit = Math.min(burst.size(), GREATEST_PART);
        do {
            bytes += PcapngBlocks.packetBlockBytes(Frame.lengthBytes(burst.frame(part)));
            part++;
        } while (part < limit
                && writer.reserve(bytes + PcapngBlocks.packetBlockBytes(Frame.lengthBytes(burst.frame(part)))));
        writer.reserve(bytes);
        long epochNs = clock.nowNs() + epochOffsetNs;
        for (int i = 0; i < part; i++) {
            long frame = burst.frame(i);
            ends[i] = writer.mark();
            writer.sent(interfaceId, epochNs, Frame.dataAddress(frame), Frame.lengthBytes(frame));
        }
        return part;
    }

    /** Sends the first {@code part} frames of {@code burst} and takes back the record of those not accepted. */
    private int sendPart(Burst burst, int part) {
        int size = burst.size();
        burst.size(part);
        int accepted = port.send(burst);
        if (accepted > 0) {
            for (int i = part; i < size; i++) {
                burst.frame(i - accepted, burst.frame(i));
            }
        }
        burst.size(size - accepted);
        if (accepted < part) {
            writer.rewind(ends[accepted]);
        }
        return accepted;
    }

    /**
     * Closes the port within and flushes the file.
     *
     * @throws java.io.UncheckedIOException if the file has a writer of its own and is incomplete
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        port.close();
        writer.flush();
        if (ownsWriter) {
            writer.close();
        }
    }
}
