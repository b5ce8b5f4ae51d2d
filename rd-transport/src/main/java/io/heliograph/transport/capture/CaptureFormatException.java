package io.heliograph.transport.capture;

import java.io.IOException;

/** A file that is no capture, or a capture that is broken or ends too early; the message is one sentence with the offset. */
public final class CaptureFormatException extends IOException {
    private static final long serialVersionUID = 1;

    CaptureFormatException(String message) {
        super(message);
    }
}
