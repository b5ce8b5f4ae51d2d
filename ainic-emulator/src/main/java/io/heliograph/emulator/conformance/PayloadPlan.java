package io.heliograph.emulator.conformance;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a scenario: given one by one, or as many of one value, or a part of what the device's source region holds.
 *
 * @param bytes one by one, or null
 * @param length how many, if not
 * @param value of each; null for the source's
 * @param sourceOffset where in the source
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record PayloadPlan(
        byte @Nullable [] bytes,
        @Nullable Expression length,
        @Nullable Expression value,
        @Nullable Expression sourceOffset) {
    static PayloadPlan of(byte[] bytes) {
        return new PayloadPlan(bytes, null, null, null);
    }

    byte[] make(Map<String, Long> names) {
        if (bytes != null) {
            return bytes;
        }
        int count = length == null ? 0 : (int) length.value(names);
        byte[] made = new byte[count];
        if (sourceOffset != null) {
            long at = sourceOffset.value(names);
            for (int i = 0; i < count; i++) {
                made[i] = sourceByte(at + i);
            }
        } else if (value != null) {
            Arrays.fill(made, (byte) value.value(names));
        }
        return made;
    }

    /** What the source region of a device holds. */
    static byte sourceByte(long offset) {
        return (byte) (offset * 31 + (offset >> 8) + 1);
    }
}
