package io.heliograph.transport.engine;

/** Arithmetic of 24-bit packet sequence numbers, after RFC 1982. */
public final class Psn {
    /** All bits of a PSN. */
    public static final int MASK = 0xff_ffff;

    private Psn() {}

    /** The PSN {@code delta} after {@code psn}. */
    public static int add(int psn, int delta) {
        return psn + delta & MASK;
    }

    /** How far {@code a} is after {@code b}: -2^23 to 2^23 - 1. */
    public static int distance(int a, int b) {
        return (a - b) << 8 >> 8;
    }

    /** Whether {@code psn} is one of the {@code packets} from {@code first} on. */
    static boolean isWithin(int psn, int first, int packets) {
        int distance = distance(psn, first);
        return distance >= 0 && distance < packets;
    }
}
