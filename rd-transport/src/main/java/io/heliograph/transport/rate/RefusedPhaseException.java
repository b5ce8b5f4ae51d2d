package io.heliograph.transport.rate;

/** A phase that a rate table does not take, so that whoever read it from a file can say where. */
final class RefusedPhaseException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int phase;

    RefusedPhaseException(int phase, String message) {
        super(message);
        this.phase = phase;
    }

    /** Its place among the phases of its flow. */
    int phase() {
        return phase;
    }
}
