package io.heliograph.emulator.experiment;

/**
 * How a controller shares out slots, as an experiment gives it.
 *
 * @param host that it runs on; none of those that send
 * @param trafficClass of what it decides on
 * @param chunkBytes of payload in a slot, at least
 * @param guardNs that stays free in each slot
 * @param batchSlots given out at once
 * @param leadSlots between now and the first slot that is given out
 * @param reportNs between two reports of a host that waits
 * @param loss part of reports and grants that are lost before they get to a link, besides what the network loses
 */
public record SlotSettings(
        int host,
        int trafficClass,
        long chunkBytes,
        long guardNs,
        int batchSlots,
        int leadSlots,
        long reportNs,
        double loss) {}
