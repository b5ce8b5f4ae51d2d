package io.heliograph.emulator.experiment;

/**
 * What a controller and its hosts did in a run, all lives of the controller together.
 *
 * @param granted chunks that got a slot
 * @param unused slots of hosts in which they sent nothing
 * @param lateGrants slots and grants that hosts could not keep: late, or of a life that is over
 * @param reports that were taken
 */
public record SlotFigures(long granted, long unused, long lateGrants, long reports) {}
