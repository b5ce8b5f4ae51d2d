package io.heliograph.collectives.algorithm;

/**
 * A chunk of a buffer, or what was just received.
 *
 * @param buffer which one
 * @param chunk its number, from 0; 0 for {@link Buffer#RECEIVED}
 */
public record Place(Buffer buffer, int chunk) {
    /** The chunk that the step receives. */
    public static final Place RECEIVED = new Place(Buffer.RECEIVED, 0);

    /** Where chunks are. */
    public enum Buffer {
        /** The caller's input, never written. */
        INPUT,
        /** The caller's output. */
        OUTPUT,
        /** Memory of the communicator, the contents of which do not outlive the schedule. */
        SCRATCH,
        /** Only as an operand of {@link Step.Kind#REDUCE}: what the peer sent. */
        RECEIVED
    }

    /** A chunk of the input. */
    public static Place input(int chunk) {
        return new Place(Buffer.INPUT, chunk);
    }

    /** A chunk of the output. */
    public static Place output(int chunk) {
        return new Place(Buffer.OUTPUT, chunk);
    }

    /** A chunk of the communicator's memory. */
    public static Place scratch(int chunk) {
        return new Place(Buffer.SCRATCH, chunk);
    }

    @Override
    public String toString() {
        return buffer == Buffer.RECEIVED ? "received" : buffer.name().charAt(0) + "[" + chunk + "]";
    }
}
