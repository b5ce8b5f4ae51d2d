package io.heliograph.offload.datapath;

import java.io.Serial;

/** A program that is not right, with the line that says so. */
public final class ProgramException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * @param file what to call the text
     * @param line 1 and up; 0 if it is no line's fault
     */
    ProgramException(String file, int line, String message) {
        super(line > 0 ? file + ":" + line + ": " + message : file + ": " + message);
        this.line = line;
    }

    /** The line, 1 and up; 0 if it is no line's fault. */
    public int line() {
        return line;
    }
}
