package io.heliograph.offload.optcam.rules;

/** A rule that is wrong, or not in the subset; says where. */
public final class RuleSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /**
     * At a place of a file.
     *
     * @param line from 1
     * @param column from 1
     */
    public RuleSyntaxException(String file, int line, int column, String message) {
        super(file + ":" + line + ":" + column + ": " + message);
        this.line = line;
        this.column = column;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }
}
