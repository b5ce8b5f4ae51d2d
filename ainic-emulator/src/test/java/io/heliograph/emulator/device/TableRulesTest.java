package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.emulator.fabric.HostAddresses;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of DEVICE.md for tables, by number: regions (D5), addresses (D6), rates and paths (D7). */
final class TableRulesTest extends RuleBench {
    @Test
    void d5_shouldTakeRegionsOnlyIfTheyAreSound() {
        start();
        int access = 1;
        assertEquals(code(CommandStatus.BUSY), bad.addRegion(0, bad.data(), 64, 0));
        assertEquals(code(CommandStatus.OVERLAP), bad.addRegion(1, bad.data() + 64, 64, access));
        assertEquals(code(CommandStatus.BAD_VALUE), bad.addRegion(1, bad.data(), 0, 0));
        assertEquals(code(CommandStatus.BAD_VALUE), bad.addRegion(1, bad.data(), -5, 0));
        assertEquals(code(CommandStatus.BAD_VALUE), bad.addRegion(1, bad.data(), 64, 2));
        assertEquals(code(CommandStatus.NOT_MAPPED), bad.addRegion(1, 0x1000, 64, 0));
        assertEquals(code(CommandStatus.NOT_MAPPED), bad.addRegion(1, bad.data(), RawDriver.DATA_BYTES + 1L, access));
        bad.write(Register.REGION_DOORBELL, RawDriver.TABLE);
        assertEquals(code(CommandStatus.BAD_INDEX), bad.read(Register.REGION_STATUS));
        RegionEntry.COMMAND.put(bad.region(1), 7);
        bad.write(Register.REGION_DOORBELL, 1);
        assertEquals(code(CommandStatus.BAD_COMMAND), bad.read(Register.REGION_STATUS));
        assertEquals(code(CommandStatus.BAD_COMMAND), RegionEntry.STATUS.get(bad.region(1)));
        assertEquals(code(CommandStatus.OK), bad.addRegion(1, bad.data(), 64, 0));
        assertNotEquals(bad.key(0), bad.key(1));
        assertThrows(IllegalStateException.class, () -> rig.memory(0).unmap(bad.mapping));
        RegionEntry.COMMAND.put(bad.region(1), TableCommand.REMOVE.value());
        bad.write(Register.REGION_DOORBELL, 1);
        bad.write(Register.REGION_DOORBELL, 1);
        assertEquals(code(CommandStatus.NOT_PRESENT), bad.read(Register.REGION_STATUS));
        assertWorks(0);
    }

    @Test
    void d5_3_shouldNotTouchMemoryOnceRemoved() {
        start();
        bad.entry(0, 0, good, RawDriver.DATA_BYTES, 1);
        bad.ring(0, 1);
        rig.run(4_500_000);
        RegionEntry.COMMAND.put(good.region(0), TableCommand.REMOVE.value());
        good.write(Register.REGION_DOORBELL, 0);
        assertEquals(code(CommandStatus.OK), good.read(Register.REGION_STATUS));
        byte[] then = good.dataSegment().toArray(ValueLayout.JAVA_BYTE);
        rig.run(10 * MS);
        assertArrayEquals(then, good.dataSegment().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(CompletionCode.BAD_KEY.value(), bad.status(0, 0));
    }

    @Test
    void d6_shouldKeepOneEntryForEachAddress() {
        start();
        PeerEntry.ADDRESS_LOW.put(bad.peer(1), PeerEntry.ADDRESS_LOW.get(bad.peer(0)));
        PeerEntry.COMMAND.put(bad.peer(1), TableCommand.ADD.value());
        bad.write(Register.PEER_DOORBELL, 1);
        assertEquals(code(CommandStatus.BUSY), bad.read(Register.PEER_STATUS));
        PeerEntry.ADDRESS_HIGH.put(bad.peer(1), 0xfd00L << 48);
        bad.write(Register.PEER_DOORBELL, 1);
        assertEquals(code(CommandStatus.BAD_VALUE), bad.read(Register.PEER_STATUS));
        assertWorks(0);
    }

    @Test
    void d6_3_shouldLearnStrangersFromTheEndOfTheTable() {
        bad.start();
        good.setUp(1).enable().enableQueue(0).enableQueue(1);
        good.addRegion(0, good.data(), RawDriver.DATA_BYTES, 1);
        WorkEntry.OPCODE.put(bad.entry(0, 0, good, 8, 1), WorkOpcode.WRITE_IMM.value());
        bad.ring(0, 1);
        rig.run(MS);
        assertEquals(1, good.produced(0));
        int index = CompletionEntry.PEER.getInt(good.completion(0, 0));
        assertEquals(RawDriver.TABLE - 1, index);
        assertEquals(PeerOrigin.LEARNED.value(), PeerEntry.ORIGIN.getInt(good.peer(index)));
        assertEquals(HostAddresses.ipv4(0).low(), PeerEntry.ADDRESS_LOW.get(good.peer(index)));
        PeerEntry.COMMAND.put(good.peer(index), TableCommand.ADD.value());
        good.write(Register.PEER_DOORBELL, index);
        assertEquals(code(CommandStatus.OK), good.read(Register.PEER_STATUS));
        assertEquals(PeerOrigin.DRIVER.value(), PeerEntry.ORIGIN.getInt(good.peer(index)));
    }

    @Test
    void d7_1_shouldLimitByTheTableAndRefuseABadOneWhole() {
        start();
        rate(0, 0, 1_000_000_000L, 0, 1_000_000_000L);
        bad.write(Register.RATE_DOORBELL, 1);
        assertEquals(code(CommandStatus.OK), bad.read(Register.RATE_STATUS));
        rate(1, 7, 1_000_000_000L, 0, 1_000_000_000L);
        bad.write(Register.RATE_DOORBELL, 2);
        assertEquals(code(CommandStatus.NOT_PRESENT), bad.read(Register.RATE_STATUS));
        rate(1, 0, 5, 4, 1_000_000_000L);
        bad.write(Register.RATE_DOORBELL, 2);
        assertEquals(code(CommandStatus.BAD_VALUE), bad.read(Register.RATE_STATUS));
        bad.write(Register.RATE_DOORBELL, 99);
        assertEquals(code(CommandStatus.BAD_INDEX), bad.read(Register.RATE_STATUS));
        long beganPs = rig.time().nowPs();
        bad.entry(0, 0, good, RawDriver.DATA_BYTES, 1);
        bad.ring(0, 1);
        assertTrue(rig.runUntil(() -> bad.produced(0) == 1, 10 * MS));
        long tookPs = rig.time().nowPs() - beganPs;
        // 64 KiB at 1 Gbit/s take 524 us for the payload alone, a tenth more with headers; at line rate 6.
        assertTrue(tookPs > 524_000_000L && tookPs < 640_000_000L, () -> "took " + tookPs + " ps");
        bad.write(Register.RATE_DOORBELL, 0);
        long againPs = rig.time().nowPs();
        bad.entry(0, 1, good, RawDriver.DATA_BYTES, 2);
        bad.ring(0, 2);
        assertTrue(rig.runUntil(() -> bad.produced(0) == 2, 10 * MS));
        assertTrue(rig.time().nowPs() - againPs < 40_000_000L);
    }

    private void rate(int index, int peer, long period, long start, long rate) {
        RateEntry.DESTINATION.put(bad.rate(index), peer);
        RateEntry.TRAFFIC_CLASS.put(bad.rate(index), 0);
        RateEntry.PERIOD.put(bad.rate(index), period);
        RateEntry.START.put(bad.rate(index), start);
        RateEntry.RATE.put(bad.rate(index), rate);
    }

    @Test
    void d7_2_shouldDenyPathsButNotAll() {
        start();
        bad.write(Register.PATH_DOORBELL, 3);
        assertEquals(code(CommandStatus.NOT_PRESENT), bad.read(Register.PATH_STATUS));
        PathEntry.DENIED0.put(bad.path(0), -1);
        bad.write(Register.PATH_DOORBELL, 0);
        assertEquals(code(CommandStatus.BAD_VALUE), bad.read(Register.PATH_STATUS));
        PathEntry.DENIED0.put(bad.path(0), -1L << 1);
        bad.write(Register.PATH_DOORBELL, 0);
        assertEquals(code(CommandStatus.OK), bad.read(Register.PATH_STATUS));
        assertWorks(0);
        PathEntry.DENIED0.put(bad.path(0), 1);
        bad.write(Register.PATH_DOORBELL, 0);
        assertEquals(code(CommandStatus.OK), bad.read(Register.PATH_STATUS));
        assertWorks(0);
    }

    @Test
    void d5_1_shouldDrawAnotherKeyEachTime() {
        start();
        Set<Integer> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assertEquals(code(CommandStatus.OK), bad.addRegion(1, bad.data(), 64, 0));
            assertEquals(code(CommandStatus.OK), RegionEntry.STATUS.get(bad.region(1)));
            keys.add(bad.key(1));
            RegionEntry.COMMAND.put(bad.region(1), TableCommand.REMOVE.value());
            bad.write(Register.REGION_DOORBELL, 1);
            assertEquals(code(CommandStatus.OK), bad.read(Register.REGION_STATUS));
        }
        assertEquals(100, keys.size(), "100 of 2^32: two alike once in a million runs, and the seed is fixed");
    }

    @Test
    void d5_4_shouldNotLookAtEntriesAgain() {
        start();
        int key = good.key(0);
        RegionEntry.ADDRESS.put(good.region(0), good.data() + 32_768);
        RegionEntry.LENGTH.put(good.region(0), 1);
        RegionEntry.ACCESS.put(good.region(0), 0);
        RegionEntry.KEY.put(good.region(0), ~key);
        long entry = bad.entry(0, 0, good, 3000, 1);
        WorkEntry.REMOTE_KEY.put(entry, key);
        bad.ring(0, 1);
        WorkEntry.REMOTE_KEY.put(bad.entry(0, 1, good, 3000, 2), ~key);
        bad.ring(0, 2);
        rig.run(MS);
        assertEquals(
                Set.of(CompletionCode.SUCCESS.value(), CompletionCode.BAD_KEY.value()),
                Set.of(bad.status(0, 0), bad.status(0, 1)));
        assertEquals(
                -1,
                bad.dataSegment().asSlice(0, 3000).mismatch(good.dataSegment().asSlice(0, 3000)));
        assertEquals(0, NativeMemory.getByte(good.data() + 32_768));
    }

    @Test
    void d6_1_shouldUseUpNoPlaceForAPeerThatIsRefused() {
        start();
        for (int i = 0; i < 2 * RawDriver.TABLE; i++) {
            assertEquals(
                    code(CommandStatus.BUSY),
                    addPeer(0, HostAddresses.ipv4(100 + i).low()));
        }
        for (int i = 1; i < RawDriver.TABLE; i++) {
            assertEquals(
                    code(CommandStatus.OK),
                    addPeer(i, HostAddresses.ipv4(200 + i).low()),
                    "entry " + i);
        }
        assertEquals(code(CommandStatus.OK), addPeer(0, HostAddresses.ipv4(1).low()), "the same once more");
        assertWorks(0);
    }

    private long addPeer(int index, long addressLow) {
        PeerEntry.ADDRESS_LOW.put(bad.peer(index), addressLow);
        PeerEntry.COMMAND.put(bad.peer(index), TableCommand.ADD.value());
        bad.write(Register.PEER_DOORBELL, index);
        return bad.read(Register.PEER_STATUS);
    }

    @Test
    void d6_2_shouldKeepPeers() {
        start();
        PeerEntry.COMMAND.put(bad.peer(0), TableCommand.REMOVE.value());
        bad.write(Register.PEER_DOORBELL, 0);
        assertEquals(code(CommandStatus.BAD_COMMAND), bad.read(Register.PEER_STATUS));
        assertWorks(0);
    }
}
