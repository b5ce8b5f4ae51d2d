package io.heliograph.transport.simulation;

/** A checker saw something that PROTOCOL.md rules out. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String checker;

    Violation(Class<?> checker, String what) {
        super(checker.getSimpleName() + ": " + what);
        this.checker = checker.getSimpleName();
    }

    /** Which checker saw it. */
    public String checker() {
        return checker;
    }
}
