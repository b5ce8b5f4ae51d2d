package io.heliograph.transport.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Bounds-checked integers of a capture file in one byte order. */
final class CaptureBytes {
    private final MemorySegment file;
    private final ValueLayout.OfShort shortLayout;
    private final ValueLayout.OfInt intLayout;
    private final ValueLayout.OfLong longLayout;

    CaptureBytes(MemorySegment file, ByteOrder order) {
        this.file = file;
        this.shortLayout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        this.intLayout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.longLayout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    /** Bytes of the file. */
    long size() {
        return file.byteSize();
    }

    /**
     * Makes sure that {@code length} bytes are there.
     *
     * @throws CaptureFormatException if the file ends before
     */
    void require(long offset, long length, String what) throws CaptureFormatException {
        if (length > size() - offset) {
            throw new CaptureFormatException("the capture ends within %s: offset=%d needsBytes=%d hasBytes=%d"
                    .formatted(what, offset, length, Math.max(0, size() - offset)));
        }
    }

    int unsignedByte(long offset) {
        return file.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
    }

    int unsignedShort(long offset) {
        return file.get(shortLayout, offset) & 0xFFFF;
    }

    int signedInt(long offset) {
        return file.get(intLayout, offset);
    }

    long unsignedInt(long offset) {
        return file.get(intLayout, offset) & 0xFFFF_FFFFL;
    }

    long signedLong(long offset) {
        return file.get(longLayout, offset);
    }

    MemorySegment data(long offset, long length) {
        return file.asSlice(offset, length);
    }
}
