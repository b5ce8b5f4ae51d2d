package io.heliograph.transport.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Capture files byte by byte, in either byte order, for tests of what reads them. */
final class CaptureBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    CaptureBuilder(ByteOrder order) {
        this.order = order;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    CaptureBuilder append(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    CaptureBuilder ints(int... values) {
        for (int value : values) {
            out.writeBytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
        }
        return this;
    }

    CaptureBuilder shorts(int... values) {
        for (int value : values) {
            out.writeBytes(
                    ByteBuffer.allocate(2).order(order).putShort((short) value).array());
        }
        return this;
    }

    /** The header of a pcap file. */
    CaptureBuilder pcapHeader(int magic, int linkType) {
        return ints(magic).shorts(2, 4).ints(0, 0, 65_535, linkType);
    }

    CaptureBuilder pcapPacket(int seconds, int fraction, int originalBytes, byte[] data) {
        return ints(seconds, fraction, data.length, originalBytes).append(data);
    }

    /** A pcapng block around a body. */
    CaptureBuilder block(int type, CaptureBuilder body) {
        byte[] bytes = body.bytes();
        int padded = (bytes.length + 3) & ~3;
        return ints(type, padded + 12)
                .append(bytes)
                .append(new byte[padded - bytes.length])
                .ints(padded + 12);
    }

    CaptureBuilder section() {
        return block(0x0A0D_0D0A, body().ints(0x1A2B_3C4D).shorts(1, 0).ints(-1, -1));
    }

    /** An interface with an {@code if_tsresol}. */
    CaptureBuilder interfaceBlock(int linkType, int snapBytes, int resolution) {
        CaptureBuilder body = body().shorts(linkType, 0).ints(snapBytes);
        body.shorts(2, 3).append(new byte[] {'e', 't', 'h', 0});
        body.shorts(9, 1).append(new byte[] {(byte) resolution, 0, 0, 0}).ints(0);
        return block(1, body);
    }

    CaptureBuilder enhanced(int interfaceIndex, long units, int originalBytes, byte[] data) {
        CaptureBuilder body = body().ints(interfaceIndex, (int) (units >>> 32), (int) units, data.length, originalBytes)
                .append(data);
        return block(6, body);
    }

    CaptureBuilder simple(int originalBytes, byte[] data) {
        return block(3, body().ints(originalBytes).append(data));
    }

    CaptureBuilder body() {
        return new CaptureBuilder(order);
    }
}
