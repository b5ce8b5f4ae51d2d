package io.heliograph.testing;

import java.util.Arrays;

/** A fuzzer's bytes, read from the front as what a target needs; behind the end all is 0. */
public final class FuzzInput {
    private final byte[] bytes;
    private int position;

    public FuzzInput(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean isEmpty() {
        return position >= bytes.length;
    }

    /** The next byte, 0 to 255. */
    public int next() {
        return position < bytes.length ? bytes[position++] & 0xFF : 0;
    }

    /** 0 to {@code bound} - 1; {@code bound} is at most 256. */
    public int below(int bound) {
        return next() % bound;
    }

    public boolean flag() {
        return (next() & 1) != 0;
    }

    public int nextShort() {
        return next() << 8 | next();
    }

    public int nextInt() {
        return nextShort() << 16 | nextShort();
    }

    public long nextLong() {
        return (long) nextInt() << 32 | nextInt() & 0xFFFF_FFFFL;
    }

    /** As many of the next bytes as are left, at most {@code most}. */
    public byte[] take(int most) {
        int end = Math.min(bytes.length, position + most);
        byte[] taken = position < end ? Arrays.copyOfRange(bytes, position, end) : new byte[0];
        position += taken.length;
        return taken;
    }

    /** All that is left. */
    public byte[] rest() {
        return take(bytes.length);
    }
}
