package io.heliograph.transport.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Several inputs as one: "inputs:", then each behind its length (32). */
final class InputList {
    private static final byte[] MAGIC = "inputs:".getBytes(StandardCharsets.US_ASCII);

    private InputList() {}

    static boolean isOne(byte[] data) {
        return ByteBuffer.wrap(data).mismatch(ByteBuffer.wrap(MAGIC)) == MAGIC.length;
    }

    /** The inputs; one whose length goes beyond the end has what there is. */
    static List<byte[]> read(byte[] data) {
        ByteBuffer bytes = ByteBuffer.wrap(data).position(MAGIC.length);
        List<byte[]> inputs = new ArrayList<>();
        while (bytes.remaining() >= Integer.BYTES) {
            int length = bytes.getInt();
            byte[] input = new byte[length < 0 ? 0 : Math.min(length, bytes.remaining())];
            bytes.get(input);
            inputs.add(input);
        }
        return inputs;
    }

    static byte[] write(List<byte[]> inputs) {
        int size = MAGIC.length;
        for (byte[] input : inputs) {
            size += Integer.BYTES + input.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).put(MAGIC);
        for (byte[] input : inputs) {
            bytes.putInt(input.length).put(input);
        }
        return bytes.array();
    }
}
