package io.heliograph.transport.capture;

import org.jspecify.annotations.Nullable;

/** The frames of a capture file of one format, in order. */
interface FrameSource {
    /**
     * The next frame, or null at the end.
     *
     * @throws CaptureFormatException if what follows is broken or not whole; nothing can be read behind that
     */
    @Nullable
    CapturedFrame next() throws CaptureFormatException;
}
