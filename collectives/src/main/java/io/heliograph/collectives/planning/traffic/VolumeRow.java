package io.heliograph.collectives.planning.traffic;

/**
 * Equal messages of an iteration: the same operation of the same group with the same size.
 *
 * @param bytes of each, as {@link Operation} says
 * @param count how many a rank takes part in
 */
public record VolumeRow(Operation operation, Group group, long bytes, long count) {
    /**
     * Bytes of all of them.
     *
     * @throws ArithmeticException if they are more than 63 bits
     */
    public long totalBytes() {
        return Math.multiplyExact(bytes, count);
    }
}
