package io.heliograph.collectives.bootstrap;

import io.heliograph.collectives.CollectiveException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What frames hold. From a client, first: size and rank (32 bits each); then, for each exchange, its bytes. From the server: 0 and the bytes of all, each with its length; or 1, the rank to
 * blame, and a sentence.
 */
final class Frames {
    private static final byte RESULT = 0;
    private static final byte ERROR = 1;

    private Frames() {}

    /** A rank introduces itself. */
    record Hello(int size, int rank) {
        byte[] encode() {
            return ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(size)
                    .putInt(rank)
                    .array();
        }

        static Hello decode(byte[] frame) throws IOException {
            if (frame.length != 2 * Integer.BYTES) {
                throw new IOException("not a greeting: bytes=" + frame.length);
            }
            ByteBuffer buffer = ByteBuffer.wrap(frame);
            return new Hello(buffer.getInt(), buffer.getInt());
        }
    }

    static byte[] result(List<byte[]> all) {
        int bytes = 1 + Integer.BYTES;
        for (byte[] one : all) {
            bytes += Integer.BYTES + one.length;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).put(RESULT).putInt(all.size());
        for (byte[] one : all) {
            buffer.putInt(one.length).put(one);
        }
        return buffer.array();
    }

    static byte[] error(int rank, String sentence) {
        byte[] text = sentence.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Integer.BYTES + text.length)
                .put(ERROR)
                .putInt(rank)
                .put(text)
                .array();
    }

    /** What the server said; an error is thrown. */
    static List<byte[]> decode(byte[] frame) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        try {
            if (buffer.get() == ERROR) {
                int rank = buffer.getInt();
                byte[] text = new byte[buffer.remaining()];
                buffer.get(text);
                throw new CollectiveException(rank, new String(text, StandardCharsets.UTF_8));
            }
            int count = buffer.getInt();
            List<byte[]> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int length = buffer.getInt();
                if (length < 0 || length > buffer.remaining()) {
                    throw new IOException("part of impossible length: bytes=" + length);
                }
                byte[] one = new byte[length];
                buffer.get(one);
                all.add(one);
            }
            return all;
        } catch (BufferUnderflowException e) {
            throw new IOException("frame ends early: bytes=" + frame.length, e);
        }
    }
}
