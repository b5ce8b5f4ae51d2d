package io.heliograph.emulator.conformance;

import io.heliograph.transport.Completion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an application must be told.
 *
 * @param kind of {@link Completion}
 * @param status a code of {@link io.heliograph.transport.CompletionStatus}
 * @param value cookie of an own post, immediate of a peer
 * @param queue null if it does not matter
 * @param length null if it does not matter
 */
record CompletionMatch(
        int kind,
        int status,
        Expression value,
        @Nullable Expression queue,
        @Nullable Expression length) {
    boolean matches(DeviceUnderTest.Told told, Map<String, Long> names) {
        if (told.kind() != kind || told.status() != status) {
            return false;
        }
        long expected = value.value(names);
        boolean valueFits = switch (kind) {
            case Completion.WRITE -> told.cookie() == expected;
            case Completion.IMMEDIATE -> told.immediate() == (int) expected;
            default -> true;
        };
        return valueFits
                && (queue == null || told.queue() == queue.value(names))
                && (length == null || told.lengthBytes() == length.value(names));
    }

    String describe(Map<String, Long> names) {
        return text(kind, status, value.value(names));
    }

    static String text(DeviceUnderTest.Told told) {
        return text(told.kind(), told.status(), told.kind() == Completion.WRITE ? told.cookie() : told.immediate());
    }

    private static String text(int kind, int status, long value) {
        return switch (kind) {
            case Completion.WRITE -> "post " + value + " ended with " + StatusNames.name(status);
            case Completion.IMMEDIATE -> "immediate " + (int) value;
            default -> "event " + StatusNames.name(status);
        };
    }
}
