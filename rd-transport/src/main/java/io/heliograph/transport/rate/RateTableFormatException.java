package io.heliograph.transport.rate;

import java.io.IOException;

/** A file that is no rate table; the message is one sentence that begins with the file's name and the line. */
public final class RateTableFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long line;

    RateTableFormatException(String name, long line, String why) {
        super(name + ":" + line + ": " + why);
        this.line = line;
    }

    RateTableFormatException(String name, long line, String why, Throwable cause) {
        super(name + ":" + line + ": " + why, cause);
        this.line = line;
    }

    /** The line that is wrong, from 1 on. */
    public long line() {
        return line;
    }
}
