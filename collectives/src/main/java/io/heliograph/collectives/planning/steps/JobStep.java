package io.heliograph.collectives.planning.steps;

/**
 * A message from one host to another or, from a host to itself, computation.
 *
 * @param from host at which it begins
 * @param to host at which it ends
 * @param bytes of payload; 0 for computation
 * @param delayNs from when all that it comes after has ended to its beginning, or to the end of computation
 * @param slotNs when the plan sees its host there: beginning of the slot that it belongs to, after the beginning of the iteration; 0 if the plan says nothing of it
 * @param after numbers of earlier steps, which end at {@code from}
 * @param group of ranks that a message is of; empty for computation
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JobStep(int from, int to, long bytes, long delayNs, long slotNs, int[] after, String group) {}
