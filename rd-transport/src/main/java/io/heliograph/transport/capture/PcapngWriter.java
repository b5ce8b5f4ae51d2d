package io.heliograph.transport.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A pcapng file with nanosecond times, as Wireshark reads it.
 *
 * <p>Packets gather in a buffer and reach the file in whole blocks: at any moment, also after the process died, the file is valid up to
 * its last {@link #flush}. A file system that refuses (full, gone) ends the capture: later packets are counted, not written, and
 * {@link #close} says why. Recording packets neither throws nor allocates on the heap. One thread at a time.
 */
public final class PcapngWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int GREATEST_NAME_BYTES = 1024;

    private final Path file;
    private final FileChannel channel;
    private final Arena arena = Arena.ofShared();
    private final long bufferAddress;
    private final ByteBuffer view;
    private int bufferedBytes;
    private long fileBytes;
    private int interfaces;
    private long droppedPackets;
    private @Nullable IOException failure;

    private PcapngWriter(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
        MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
        this.bufferAddress = buffer.address();
        this.view = buffer.asByteBuffer();
    }

    /**
     * Creates the file, or empties the one of that name.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static PcapngWriter create(Path file) {
        try {
            PcapngWriter writer = new PcapngWriter(
                    file,
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE));
            writer.bufferedBytes = PcapngBlocks.sectionHeader(writer.bufferAddress);
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "capture file not created: file=" + file + "; give one in a directory that can be written", e);
        }
    }

    /** Adds an interface and returns its number for {@link #received} and {@link #sent}. */
    public int addInterface(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > GREATEST_NAME_BYTES) {
            throw new IllegalArgumentException("interface name too long: name=" + name.substring(0, 64) + "...");
        }
        reserve(GREATEST_NAME_BYTES + 64);
        bufferedBytes += PcapngBlocks.interfaceDescription(bufferAddress + bufferedBytes, name);
        return interfaces++;
    }

    /** Records a frame that came in at {@code epochNs}, nanoseconds since 1970. */
    public void received(int interfaceId, long epochNs, long dataAddress, int lengthBytes) {
        packet(interfaceId, epochNs, PcapngBlocks.INBOUND, dataAddress, lengthBytes);
    }

    /** Records a frame that went out at {@code epochNs}, nanoseconds since 1970. */
    public void sent(int interfaceId, long epochNs, long dataAddress, int lengthBytes) {
        packet(interfaceId, epochNs, PcapngBlocks.OUTBOUND, dataAddress, lengthBytes);
    }

    /** Packets that were not written since the file system refused. */
    public long droppedPackets() {
        return droppedPackets;
    }

    /** Writes what is buffered to the file. */
    public void flush() {
        if (bufferedBytes == 0) {
            return;
        }
        if (failure == null) {
            try {
                view.clear().limit(bufferedBytes);
                while (view.hasRemaining()) {
                    channel.write(view);
                }
                fileBytes += bufferedBytes;
            } catch (IOException e) {
                failure = e;
                truncate();
            }
        }
        bufferedBytes = 0;
    }

    /**
     * Flushes and closes the file. Closing twice does nothing.
     *
     * @throws UncheckedIOException if something could not be written, now or earlier
     */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        flush();
        try (channel) {
            arena.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw new UncheckedIOException(
                    "capture incomplete: file=" + file + " droppedPackets=" + droppedPackets, failure);
        }
    }

    /** Makes room for {@code bytes} without a flush until they are used; false if the buffer never holds that much. */
    boolean reserve(int bytes) {
        if (BUFFER_BYTES - bufferedBytes < bytes) {
            flush();
        }
        return BUFFER_BYTES - bufferedBytes >= bytes;
    }

    /** How much is buffered, for {@link #rewind}. */
    int mark() {
        return bufferedBytes;
    }

    /** Forgets the packets recorded since the buffer was filled to {@code mark}; there was no flush in between. */
    void rewind(int mark) {
        bufferedBytes = mark;
    }

    /** Whether anything waits for a flush. */
    boolean isDirty() {
        return bufferedBytes > 0;
    }

    private void packet(int interfaceId, long epochNs, int direction, long dataAddress, int lengthBytes) {
        if (failure != null || !reserve(PcapngBlocks.packetBlockBytes(lengthBytes))) {
            droppedPackets++;
            return;
        }
        bufferedBytes += PcapngBlocks.packet(
                bufferAddress + bufferedBytes, interfaceId, epochNs, direction, dataAddress, lengthBytes);
    }

    /** Cuts off the part of a block that a refused write may have left. */
    private void truncate() {
        try {
            channel.truncate(fileBytes);
        } catch (IOException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
    }
}
