package io.heliograph.transport.rate;

/**
 * A part of an iteration with one rate: from its start to the next phase's, the last one to the end of the period.
 *
 * @param startNs when it begins, nanoseconds after the period's beginning
 * @param rateBitsPerSecond on the wire, {@link WireBytes} included; 0 means silence
 */
public record Phase(long startNs, long rateBitsPerSecond) {}
