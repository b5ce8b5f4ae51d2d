package io.heliograph.transport.engine;

import java.lang.reflect.Array;

/** Rings in arrays, of a power of two of places, that become twice as long: an element's place is the low bits of its number before and after. */
final class Rings {
    private Rings() {}

    /**
     * Moves all elements of a ring to one twice as long.
     *
     * @param from an array of primitives or references
     * @param first the place in {@code to} of the element with the least number
     * @param to another of the same kind, returned
     */
    @SuppressWarnings("SuspiciousSystemArraycopy") // arrays, all of them
    static <T> T grow(T from, int first, T to) {
        int length = Array.getLength(from);
        int start = first & length - 1;
        int toEnd = length - start;
        // Up to the old end; what follows begins at a multiple of the old length.
        System.arraycopy(from, start, to, first, toEnd);
        System.arraycopy(from, 0, to, first + toEnd & 2 * length - 1, start);
        return to;
    }
}
