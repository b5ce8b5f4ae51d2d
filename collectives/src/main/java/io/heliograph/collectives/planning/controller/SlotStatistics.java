package io.heliograph.collectives.planning.controller;

/**
 * What a node did with its slots.
 *
 * @param usedSlots given and taken
 * @param emptySlots of these, in which nothing was sent
 * @param missedSlots given, and over before the node looked
 * @param staleGrants of other controllers, for another life, or too late
 * @param packets of the granted class that left
 * @param packetsOutside of these, that left outside a slot for where they went, by the node's own clock
 * @param latestNs by how much the latest of them was behind the end of its slot
 */
public record SlotStatistics(
        long usedSlots,
        long emptySlots,
        long missedSlots,
        long staleGrants,
        long packets,
        long packetsOutside,
        long latestNs) {}
