package io.heliograph.emulator.conformance;

/** A scenario file that makes no sense; the message begins with the file and the line. */
public final class ScenarioFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says where, such as "R4.yaml:12", and what. */
    public ScenarioFormatException(String where, String what) {
        super(where + ": " + what);
    }
}
