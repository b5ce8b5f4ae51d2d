package io.heliograph.transport.security;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Frame;

/** Moves the beginning of a frame by the length of a security header, and with it the frame's data address. */
final class FrameShift {
    private static final int BYTES = SecurityHeaderLayout.LENGTH;

    private FrameShift() {}

    /** Moves the first {@code bytes} bytes towards the start of the buffer: a gap opens behind them. */
    static void up(long frame, int bytes) {
        long data = Frame.dataAddress(frame);
        NativeMemory.copy(data, data - BYTES, bytes);
        Frame.moveDataAddress(frame, -BYTES);
    }

    /** Moves the first {@code bytes} bytes towards the end of the buffer, over what is there. */
    static void down(long frame, int bytes) {
        long data = Frame.dataAddress(frame);
        NativeMemory.copy(data, data + BYTES, bytes);
        Frame.moveDataAddress(frame, BYTES);
    }
}
