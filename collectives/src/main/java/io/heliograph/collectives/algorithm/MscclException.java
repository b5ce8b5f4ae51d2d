package io.heliograph.collectives.algorithm;

/** An MSCCL program is not one, or does not do what it says; the message begins with file and line. */
public final class MscclException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MscclException(String file, int line, String message) {
        super(file + ":" + line + ": " + message);
    }
}
