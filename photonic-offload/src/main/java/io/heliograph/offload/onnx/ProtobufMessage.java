package io.heliograph.offload.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A message of protocol buffers while it is written, field after field. The wire format is written here, not by protobuf's CodedOutputStream, which needs sun.misc.Unsafe.
 *
 * <p>Source: Protocol Buffers, "Encoding".
 */
public final class ProtobufMessage {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A message without fields. */
    public ProtobufMessage() {}

    /** Adds a whole number. */
    public ProtobufMessage varint(int field, long value) {
        tag(field, VARINT);
        raw(value);
        return this;
    }

    /** Adds 32 bits of floating point. */
    public ProtobufMessage real(int field, float value) {
        tag(field, FIXED32);
        int bits = Float.floatToRawIntBits(value);
        for (int k = 0; k < Integer.SIZE; k += Byte.SIZE) {
            out.write(bits >>> k);
        }
        return this;
    }

    /** Adds a text, in UTF-8. */
    public ProtobufMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a message. */
    public ProtobufMessage bytes(int field, ProtobufMessage message) {
        return bytes(field, message.toByteArray());
    }

    /** Adds bytes. */
    public ProtobufMessage bytes(int field, byte... bytes) {
        tag(field, LENGTH_DELIMITED);
        raw(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** The message so far. */
    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private void tag(int field, int wireType) {
        raw((long) field << 3 | wireType);
    }

    private void raw(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
