package io.heliograph.emulator.fabric;

import java.util.Arrays;
import java.util.List;

/**
 * The time table of an {@link OpticalSwitch}: matchings that follow each other for ever, each for the same time, with time to move the mirrors in between. Immutable.
 *
 * <p>A matching names for each port the one that its light leaves by, or -1; none is named twice. Most are symmetric, so that acknowledgements can go back at once.
 */
public final class CircuitSchedule {
    private final int[][] matchings;
    private final long slotPs;
    private final long reconfigurationPs;

    private CircuitSchedule(int[][] matchings, long slotPs, long reconfigurationPs) {
        this.matchings = matchings;
        this.slotPs = slotPs;
        this.reconfigurationPs = reconfigurationPs;
    }

    /**
     * A time table.
     *
     * @param matchings in their order, all over the same number of ports
     * @param slotPs how long each is in force
     * @param reconfigurationPs how long no port has light between two of them
     * @throws IllegalArgumentException if there is none, they differ in length, a port is named twice or does not exist, or a time is out of range
     */
    public static CircuitSchedule of(List<int[]> matchings, long slotPs, long reconfigurationPs) {
        if (matchings.isEmpty() || slotPs < 1 || reconfigurationPs < 0) {
            throw new IllegalArgumentException("circuit schedule: matchings=" + matchings.size() + " slotPs=" + slotPs
                    + " reconfigurationPs=" + reconfigurationPs + "; at least one matching for at least 1 ps");
        }
        int ports = matchings.getFirst().length;
        int[][] copies = new int[matchings.size()][];
        for (int slot = 0; slot < copies.length; slot++) {
            copies[slot] = matchings.get(slot).clone();
            check(slot, copies[slot], ports);
        }
        return new CircuitSchedule(copies, slotPs, reconfigurationPs);
    }

    /** Every port meets every other once in a round: the circle method of round-robin tournaments; for an even number of ports. */
    public static CircuitSchedule roundRobin(int ports, long slotPs, long reconfigurationPs) {
        if (ports < 2 || ports % 2 != 0) {
            throw new IllegalArgumentException("circuit schedule: ports=" + ports + "; an even number is possible");
        }
        int[][] matchings = new int[ports - 1][ports];
        for (int slot = 0; slot < ports - 1; slot++) {
            pair(matchings[slot], slot, ports - 1);
            for (int i = 1; i < ports / 2; i++) {
                pair(matchings[slot], (slot + i) % (ports - 1), (slot - i + ports - 1) % (ports - 1));
            }
        }
        return of(Arrays.asList(matchings), slotPs, reconfigurationPs);
    }

    private static void pair(int[] matching, int one, int other) {
        matching[one] = other;
        matching[other] = one;
    }

    private static void check(int slot, int[] matching, int ports) {
        if (matching.length != ports) {
            throw refused(slot, "ports=" + matching.length + "; the first matching has " + ports);
        }
        boolean[] used = new boolean[ports];
        for (int port = 0; port < ports; port++) {
            int out = matching[port];
            if (out < -1 || out >= ports || out >= 0 && used[out]) {
                throw refused(
                        slot,
                        "port=" + port + " leaves by=" + out + "; each port from 0 to " + (ports - 1)
                                + " at most once, or -1");
            }
            if (out >= 0) {
                used[out] = true;
            }
        }
    }

    private static IllegalArgumentException refused(int slot, String why) {
        return new IllegalArgumentException("circuit schedule: matching=" + slot + " " + why);
    }

    int ports() {
        return matchings[0].length;
    }

    int slots() {
        return matchings.length;
    }

    int partner(int slot, int port) {
        return matchings[slot][port];
    }

    long slotPs() {
        return slotPs;
    }

    long reconfigurationPs() {
        return reconfigurationPs;
    }
}
