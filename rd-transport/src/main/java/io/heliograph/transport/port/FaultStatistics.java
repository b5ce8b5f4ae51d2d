package io.heliograph.transport.port;

/**
 * What a {@link FaultInjectorPort} did so far, in frames.
 *
 * @param lost dropped
 * @param duplicated sent a second time
 * @param reordered held back behind later frames
 * @param corrupted sent with one bit flipped
 * @param trimmed cut
 * @param delayed sent later
 * @param omitted faults that were drawn but not done: no frame for a duplicate, no room to hold one back, not a packet that is trimmed
 */
public record FaultStatistics(
        long lost, long duplicated, long reordered, long corrupted, long trimmed, long delayed, long omitted) {}
