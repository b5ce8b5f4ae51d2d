package io.heliograph.collectives.algorithm;

/** A schedule does not do what it says; the message names rank and step. */
public final class InvalidScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidScheduleException(String message) {
        super(message);
    }
}
