package io.heliograph.transport.capture;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block format: sections in either byte order, each with its interfaces; blocks of unknown types are skipped.
 *
 * <pre>
 *   every block:      type (32) | total length (32) | body, padded to 32 bits | total length (32)
 *   section header:   byte-order magic (32) | version (16, 16) | section length (64) | options
 *   interface:        link type (16) | reserved (16) | snap length (32) | options
 *   enhanced packet:  interface (32) | time high, low (32 each) | captured, original length (32 each) | data | options
 *   obsolete packet:  interface (16) | drops (16) | as enhanced
 *   simple packet:    original length (32) | data
 * </pre>
 *
 * <p>Source: draft-ietf-opsawg-pcapng, sections 3 and 4, appendix A.
 */
final class PcapngFrames implements FrameSource {
    private static final int SECTION_HEADER = 0x0A0D_0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B_3C4D;

    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int OPTION_TIME_OFFSET = 14;

    private static final int BODY = 8;
    private static final int LEAST_BLOCK_BYTES = 12;
    private static final int PACKET_HEADER_BYTES = 20;

    private final MemorySegment file;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private CaptureBytes bytes;
    private long offset;
    private long frames;

    private PcapngFrames(MemorySegment file) {
        this.file = file;
        this.bytes = new CaptureBytes(file, ByteOrder.LITTLE_ENDIAN);
    }

    /** The frames of a file of this format, or null if it is not one. */
    static @Nullable PcapngFrames open(MemorySegment file) {
        // The type of the first block reads the same in both byte orders.
        return new CaptureBytes(file, ByteOrder.LITTLE_ENDIAN).signedInt(0) == SECTION_HEADER
                ? new PcapngFrames(file)
                : null;
    }

    @Override
    public @Nullable CapturedFrame next() throws CaptureFormatException {
        CapturedFrame frame = null;
        while (frame == null && offset < bytes.size()) {
            frame = readBlock();
        }
        return frame;
    }

    private @Nullable CapturedFrame readBlock() throws CaptureFormatException {
        bytes.require(offset, LEAST_BLOCK_BYTES, "a block");
        int type = bytes.signedInt(offset);
        if (type == SECTION_HEADER) {
            beginSection();
        }
        long length = bytes.unsignedInt(offset + 4);
        if (length < LEAST_BLOCK_BYTES || length % 4 != 0) {
            throw broken("block length", length);
        }
        bytes.require(offset, length, "a block");
        if (bytes.unsignedInt(offset + length - 4) != length) {
            throw broken("block length at the block's end", bytes.unsignedInt(offset + length - 4));
        }
        long body = offset + BODY;
        long end = offset + length - 4;
        CapturedFrame frame = switch (type) {
            case INTERFACE_DESCRIPTION -> {
                readInterface(body, end);
                yield null;
            }
            case ENHANCED_PACKET -> readPacket(body, end, false);
            case OBSOLETE_PACKET -> readPacket(body, end, true);
            case SIMPLE_PACKET -> readSimplePacket(body, end);
            default -> null;
        };
        offset += length;
        return frame;
    }

    private void beginSection() throws CaptureFormatException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            bytes = new CaptureBytes(file, order);
            if (bytes.signedInt(offset + BODY) == BYTE_ORDER_MAGIC) {
                interfaces.clear();
                return;
            }
        }
        throw broken("byte-order magic", bytes.unsignedInt(offset + BODY));
    }

    private void readInterface(long body, long end) throws CaptureFormatException {
        requireBody(body, end, 8);
        int resolution = PcapngInterface.DEFAULT_RESOLUTION;
        long offsetSeconds = 0;
        for (long option = body + 8; end - option >= 4; ) {
            int code = bytes.unsignedShort(option);
            int length = bytes.unsignedShort(option + 2);
            long value = option + 4;
            if (code == 0) {
                break;
            }
            if (length > end - value) {
                throw broken("option length", length);
            }
            if (code == OPTION_TIME_RESOLUTION && length >= 1) {
                resolution = bytes.unsignedByte(value);
            } else if (code == OPTION_TIME_OFFSET && length >= 8) {
                offsetSeconds = bytes.signedLong(value);
            }
            option = value + padded(length);
        }
        interfaces.add(
                new PcapngInterface(bytes.unsignedShort(body), bytes.unsignedInt(body + 4), resolution, offsetSeconds));
    }

    private CapturedFrame readPacket(long body, long end, boolean obsolete) throws CaptureFormatException {
        requireBody(body, end, PACKET_HEADER_BYTES);
        int index = obsolete ? bytes.unsignedShort(body) : bytes.signedInt(body);
        PcapngInterface from = interfaceAt(index);
        long captured = bytes.unsignedInt(body + 12);
        requireBody(body, end, PACKET_HEADER_BYTES + captured);
        long units = bytes.unsignedInt(body + 4) << 32 | bytes.unsignedInt(body + 8);
        return new CapturedFrame(
                ++frames,
                from.nanoseconds(units),
                index,
                from.linkType(),
                bytes.data(body + PACKET_HEADER_BYTES, captured),
                bytes.unsignedInt(body + 16));
    }

    private CapturedFrame readSimplePacket(long body, long end) throws CaptureFormatException {
        requireBody(body, end, 4);
        PcapngInterface from = interfaceAt(0);
        long original = bytes.unsignedInt(body);
        long captured = from.snapBytes() == 0 ? original : Math.min(original, from.snapBytes());
        requireBody(body, end, 4 + captured);
        return new CapturedFrame(++frames, 0, 0, from.linkType(), bytes.data(body + 4, captured), original);
    }

    private PcapngInterface interfaceAt(int index) throws CaptureFormatException {
        if (index < 0 || index >= interfaces.size()) {
            throw broken("interface", Integer.toUnsignedLong(index));
        }
        return interfaces.get(index);
    }

    private void requireBody(long body, long end, long needed) throws CaptureFormatException {
        if (needed > end - body) {
            throw broken("block too short for what it holds, bytes", end - body);
        }
    }

    private CaptureFormatException broken(String what, long value) {
        return new CaptureFormatException(
                "the capture is broken: block at offset=%d has %s=%d".formatted(offset, what, value));
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }
}
