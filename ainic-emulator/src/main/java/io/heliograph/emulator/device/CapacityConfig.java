package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.QueueRegister;

/**
 * How much of everything a device has. Immutable.
 *
 * @param engines 1 to 256
 * @param queues 1 to 63
 * @param ringEntries most entries of a submission ring, a power of two
 * @param regions most regions at once
 * @param peers entries of the address table
 * @param ratePhases entries of the rate table
 * @param receiveSlots immediates of each engine that wait in the device, a power of two
 * @param windowPackets W of the protocol
 * @param cachedKeys keys that are looked up without a read of host memory
 * @param fetchEntries work entries that are read at once
 */
public record CapacityConfig(
        int engines,
        int queues,
        int ringEntries,
        int regions,
        int peers,
        int ratePhases,
        int receiveSlots,
        int windowPackets,
        int cachedKeys,
        int fetchEntries) {
    /** One engine, 16 queues of 1,024 entries. */
    public static final CapacityConfig DEFAULT = new CapacityConfig(1, 16, 1024, 1024, 1024, 4096, 1024, 1024, 256, 8);

    /** Checks the ranges. */
    public CapacityConfig {
        if (engines < 1 || engines > 256 || queues < 1 || queues > QueueRegister.MAX_QUEUES) {
            throw new IllegalArgumentException("device: engines=" + engines + " queues=" + queues
                    + "; 1 to 256 engines and 1 to " + QueueRegister.MAX_QUEUES + " queues are possible");
        }
        if (Integer.bitCount(ringEntries) != 1 || ringEntries > 1 << 14) {
            throw new IllegalArgumentException(
                    "device: ringEntries=" + ringEntries + "; a power of two up to 16384 is possible");
        }
        if (regions < 1 || peers < 1 || ratePhases < 1 || cachedKeys < 1 || fetchEntries < 1) {
            throw new IllegalArgumentException("device: regions=" + regions + " peers=" + peers + " ratePhases="
                    + ratePhases + " cachedKeys=" + cachedKeys + " fetchEntries=" + fetchEntries + "; each at least 1");
        }
    }

    /** The same with another number of {@link #engines}. */
    public CapacityConfig withEngines(int value) {
        return new CapacityConfig(
                value,
                queues,
                ringEntries,
                regions,
                peers,
                ratePhases,
                receiveSlots,
                windowPackets,
                cachedKeys,
                fetchEntries);
    }

    /** The same with another number of {@link #receiveSlots}. */
    public CapacityConfig withReceiveSlots(int value) {
        return new CapacityConfig(
                engines,
                queues,
                ringEntries,
                regions,
                peers,
                ratePhases,
                value,
                windowPackets,
                cachedKeys,
                fetchEntries);
    }

    /** The same with other sizes of tables and of the key cache. */
    public CapacityConfig withTables(int newRegions, int newPeers, int newRatePhases, int newCachedKeys) {
        return new CapacityConfig(
                engines,
                queues,
                ringEntries,
                newRegions,
                newPeers,
                newRatePhases,
                receiveSlots,
                windowPackets,
                newCachedKeys,
                fetchEntries);
    }
}
