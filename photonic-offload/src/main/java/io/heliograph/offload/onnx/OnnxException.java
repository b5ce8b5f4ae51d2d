package io.heliograph.offload.onnx;

import java.io.IOException;

/** An ONNX model that cannot be read or is not supported; the message names the node. */
public final class OnnxException extends IOException {

    private static final long serialVersionUID = 1;

    /** With the whole sentence. */
    public OnnxException(String message) {
        super(message);
    }

    /** With the whole sentence and what it came from. */
    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
