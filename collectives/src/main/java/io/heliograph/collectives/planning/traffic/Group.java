package io.heliograph.collectives.planning.traffic;

/**
 * A kind of group of ranks; a rank belongs to one group of a kind.
 *
 * @param name such as {@code tp}, {@code dp}, {@code pp}, {@code ep}
 * @param size ranks of a group; {@link #UNKNOWN_SIZE} if the input does not say
 */
public record Group(String name, int size) {
    /** The size of a group that the input does not give. */
    public static final int UNKNOWN_SIZE = 0;

    /** Checks its arguments. */
    public Group {
        if (name.isBlank() || size < 0) {
            throw new IllegalArgumentException("group: name=" + name + " size=" + size);
        }
    }

    /** Whether its size is known. */
    public boolean hasSize() {
        return size != UNKNOWN_SIZE;
    }
}
