package io.heliograph.benchmarks.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.emulator.fabric.FabricFrame;
import io.heliograph.emulator.fabric.FabricObserver;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import java.util.HashMap;
import java.util.Map;

/** Looks at the links of a fabric whether slots are kept, knowing nothing of grants: what leaves hosts in one slot must not meet anything else of that slot at any link (C1). */
final class SlotWatch implements FabricObserver {
    private final int trafficClass;
    private final long slotPs;
    /** By frame: when it left its host, and which pair it is of. */
    private final Map<Long, Long> slots = new HashMap<>();

    private final Map<Long, Long> pairs = new HashMap<>();
    /** By link and slot: whose chunk it carries. */
    private final Map<Long, Long> carried = new HashMap<>();

    private long firstPs = Long.MAX_VALUE;
    private long packets;
    private long quietFromPs = Long.MAX_VALUE;
    private long quietUntilPs = Long.MAX_VALUE;
    private long noise;

    SlotWatch(int trafficClass, long slotNs) {
        this.trafficClass = trafficClass;
        slotPs = slotNs * 1000;
    }

    /** A time in which nothing may leave a host. */
    void quiet(long fromPs, long untilPs) {
        quietFromPs = fromPs;
        quietUntilPs = untilPs;
    }

    @Override
    public void sent(Link link, long frame, long nowPs) {
        if (!FabricFrame.is(frame, FabricFrame.DATA) || FabricFrame.trafficClass(frame) != trafficClass) {
            return;
        }
        long id = FabricFrame.id(frame);
        if (link.from() instanceof FabricPort host) {
            slots.put(id, nowPs / slotPs);
            pairs.put(id, (long) host.host() << 32 | FabricFrame.destination(frame));
            firstPs = Math.min(firstPs, nowPs);
            noise += nowPs >= quietFromPs && nowPs < quietUntilPs ? 1 : 0;
            packets++;
        }
        long slot = slots.getOrDefault(id, -1L);
        long pair = pairs.getOrDefault(id, -1L);
        Long other = carried.putIfAbsent((long) link.number() << 40 | slot, pair);
        if (other != null) {
            assertEquals(other.longValue(), pair, () -> "two chunks of slot " + slot + " at " + link.name());
        }
    }

    /** When the first packet left a host; {@link Long#MAX_VALUE} if none did. */
    long firstPs() {
        return firstPs;
    }

    /** Packets that left hosts. */
    long packets() {
        return packets;
    }

    /** Of them in the quiet time. */
    long noise() {
        return noise;
    }
}
