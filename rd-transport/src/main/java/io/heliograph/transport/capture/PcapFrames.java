package io.heliograph.transport.capture;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The classic format.
 *
 * <pre>
 *   file header:    magic (32) | version (16, 16) | reserved (32, 32) | snap length (32) | FCS and link type (32)
 *   each packet:    seconds (32) | micro- or nanoseconds (32) | captured, original length (32 each) | data
 * </pre>
 *
 * <p>Source: draft-ietf-opsawg-pcap.
 */
final class PcapFrames implements FrameSource {
    private static final int MAGIC_MICROSECONDS = 0xA1B2_C3D4;
    private static final int MAGIC_NANOSECONDS = 0xA1B2_3C4D;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int LINK_TYPE = 20;
    private static final int PACKET_HEADER_BYTES = 16;
    private static final long NANOSECONDS_PER_SECOND = 1_000_000_000;

    private final CaptureBytes bytes;
    private final int linkType;
    private final int fractionNs;
    private long offset = FILE_HEADER_BYTES;
    private long frames;

    private PcapFrames(CaptureBytes bytes, int fractionNs) throws CaptureFormatException {
        bytes.require(0, FILE_HEADER_BYTES, "the pcap file header");
        this.bytes = bytes;
        this.fractionNs = fractionNs;
        // The high bits tell of a frame check sequence.
        this.linkType = bytes.signedInt(LINK_TYPE) & 0xFFFF;
    }

    /**
     * The frames of a file of this format, or null if it is not one.
     *
     * @throws CaptureFormatException if the file header is not whole
     */
    static @Nullable PcapFrames open(MemorySegment file) throws CaptureFormatException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            CaptureBytes bytes = new CaptureBytes(file, order);
            int magic = bytes.signedInt(0);
            if (magic == MAGIC_MICROSECONDS) {
                return new PcapFrames(bytes, 1_000);
            }
            if (magic == MAGIC_NANOSECONDS) {
                return new PcapFrames(bytes, 1);
            }
        }
        return null;
    }

    @Override
    public @Nullable CapturedFrame next() throws CaptureFormatException {
        if (offset == bytes.size()) {
            return null;
        }
        bytes.require(offset, PACKET_HEADER_BYTES, "a packet header");
        long captured = bytes.unsignedInt(offset + 8);
        bytes.require(offset + PACKET_HEADER_BYTES, captured, "packet " + (frames + 1));
        long timestampNs =
                bytes.unsignedInt(offset) * NANOSECONDS_PER_SECOND + bytes.unsignedInt(offset + 4) * fractionNs;
        long original = bytes.unsignedInt(offset + 12);
        CapturedFrame frame = new CapturedFrame(
                ++frames, timestampNs, 0, linkType, bytes.data(offset + PACKET_HEADER_BYTES, captured), original);
        offset += PACKET_HEADER_BYTES + captured;
        return frame;
    }
}
