package io.heliograph.collectives.planning.traffic;

/**
 * One operation that a rank takes part in.
 *
 * @param operation what it is
 * @param group who takes part
 * @param bytes as {@link Operation} says for each
 * @param cause what asks for it, such as {@code forward attention}
 * @param overlap what may go on meanwhile
 */
public record Message(Operation operation, Group group, long bytes, String cause, Overlap overlap) {
    /** What the rank does while the operation runs. */
    public enum Overlap {
        /** It waits for the result. */
        NONE,
        /** It goes on computing. */
        COMPUTATION
    }

    /** Checks its arguments. */
    public Message {
        if (bytes < 0) {
            throw new IllegalArgumentException("message: bytes=" + bytes + " cause=" + cause);
        }
    }
}
