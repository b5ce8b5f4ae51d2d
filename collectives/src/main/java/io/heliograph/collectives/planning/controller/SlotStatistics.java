package io.heliograph.collectives.planning.controller;

/**
 * What a node did with its slots.
 *
 * @param usedSlots given and taken
 * @param emptySlots of these, in which nothing was sent
 * @param missedSlots given, and over before the node looked
 * @param staleGrants of other controllers, for another life, or too late
 * @param packets of the granted class that left
 * @param packetsLate thrown away, because their slot was over before they could leave; they are sent again
 * @param packetsOutside of those that left, outside a slot for where they went, by the node's own clock
 * @param latestNs by how much the latest of them was behind the end of its slot
 */
public record SlotStatistics(
        long usedSlots,
        long emptySlots,
        long missedSlots,
        long staleGrants,
        long packets,
        long packetsLate,
        long packetsOutside,
        long latestNs) {}
