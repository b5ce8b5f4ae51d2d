package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.DeviceStatusBit;
import io.heliograph.emulator.device.layout.EntryField;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.fabric.HostAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of DEVICE.md that are for the device as a whole, by number: registers, states, host memory, events, robustness. */
final class DeviceRulesTest extends RuleBench {
    @Test
    void d1_2_shouldRefuseAccessThatMakesNoSense() {
        start();
        int bytes = 4;
        int[] nowhere = {0x3fc, 0xfffc, -4, 1 << 20, QueueRegister.SUBMISSION_BASE.offset(16)};
        for (int offset : nowhere) {
            assertEquals(-1, bad.bar.read(offset, bytes), () -> "offset " + offset);
            bad.bar.write(offset, bytes, 1);
        }
        assertEquals(-1, bad.bar.read(Register.STATUS.offset() + 2, bytes));
        assertEquals(-1, bad.bar.read(Register.ADDRESS_LOW.offset(), 4));
        assertEquals(-1, bad.bar.read(Register.STATUS.offset(), 8));
        bad.bar.write(Register.IDENTITY.offset(), 8, 5);
        assertEquals(Register.IDENTITY_VALUE, bad.read(Register.IDENTITY));
        assertEquals(0, bad.read(Register.REGION_DOORBELL));
        rig.run(MS);
        assertTrue(bad.saw(EventType.BAD_ACCESS.value(), code(CommandStatus.OUT_OF_MAP)));
        assertTrue(bad.saw(EventType.BAD_ACCESS.value(), code(CommandStatus.MISALIGNED)));
        assertTrue(bad.saw(EventType.BAD_ACCESS.value(), code(CommandStatus.READ_ONLY)));
        assertWorks(0);
    }

    @Test
    void d1_3_shouldDelayWritesUntilReadOrLatency() {
        long latencyPs = BusConfig.PCIE_5_X16.writeLatencyPs();
        start();
        bad.entry(0, 0, good, 64, 1);
        bad.ring(0, 1);
        rig.run(latencyPs - 1);
        assertEquals(0, rig.device(0).count(DeviceCounter.DOORBELLS));
        rig.run(1);
        assertEquals(1, rig.device(0).count(DeviceCounter.DOORBELLS));
        bad.write(Register.INTERRUPT_MASK, 5);
        assertEquals(5, bad.read(Register.INTERRUPT_MASK));
    }

    @Test
    void d1_4_shouldLockSetUpWhileEnabled() {
        start();
        bad.write(Register.UDP_PORT, 9);
        bad.write(0, QueueRegister.SUBMISSION_BASE, 64);
        assertEquals(4791, bad.read(Register.UDP_PORT));
        assertEquals(bad.submissionRing(0), bad.read(0, QueueRegister.SUBMISSION_BASE));
        rig.run(MS);
        assertTrue(bad.saw(EventType.BAD_ACCESS.value(), code(CommandStatus.LOCKED)));
    }

    @Test
    void d1_5_shouldHaveResetValuesAndMaskedInterrupts() {
        for (Register each : Register.values()) {
            if (each.reset() != 0) {
                assertEquals(each.reset(), bad.read(each), each.name());
            }
        }
        assertEquals(-1, bad.read(Register.INTERRUPT_MASK));
        assertEquals(0, bad.read(Register.STATUS));
    }

    @Test
    void d2_1_shouldRefuseToEnableWhatMakesNoSense() {
        refusesToEnable(() -> bad.write(Register.INCARNATION, 0), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.ADDRESS_LOW, 0), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.ACTIVE_QUEUES, 0), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.ACTIVE_QUEUES, 17), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(1, QueueRegister.TRAFFIC_CLASS, 8), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.UDP_PORT, 65536), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.PEER_ENTRIES, 1 << 20), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.EVENT_ENTRIES, 3), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.EVENT_BASE, bad.event(0) + 8), CommandStatus.BAD_VALUE);
        refusesToEnable(() -> bad.write(Register.REGION_BASE, 0), CommandStatus.NOT_MAPPED);
        refusesToEnable(() -> bad.write(Register.EVENT_BASE, -64), CommandStatus.NOT_MAPPED);
        bad.setUp(1).enable();
        assertEquals(DeviceStatusBit.READY.value(), bad.read(Register.STATUS));
    }

    private void refusesToEnable(Runnable mistake, CommandStatus why) {
        bad.write(Register.CONTROL, ControlBit.RESET.value());
        bad.setUp(1);
        mistake.run();
        bad.enable();
        assertEquals(DeviceStatusBit.REFUSED.value(), bad.read(Register.STATUS));
        assertEquals(why.value(), bad.read(Register.ENABLE_STATUS));
    }

    @Test
    void d2_3_shouldForgetEverythingWhenResetInFlight() {
        start();
        for (int i = 0; i < RawDriver.ENTRIES; i++) {
            bad.entry(0, i, good, RawDriver.DATA_BYTES, i);
        }
        bad.ring(0, RawDriver.ENTRIES);
        rig.run(8_000_000);
        assertTrue(rig.device(0).outstanding(0) > 0, "in flight");
        bad.write(Register.CONTROL, ControlBit.RESET.value());
        assertEquals(0, bad.read(Register.STATUS));
        byte[] rings = bad.block.asSlice(0, 32768).toArray(ValueLayout.JAVA_BYTE);
        rig.run(MS);
        long sent = rig.fabric().port(0).statistics().sentFrames();
        rig.run(100 * MS);
        assertEquals(sent, rig.fabric().port(0).statistics().sentFrames());
        assertArrayEquals(rings, bad.block.asSlice(0, 32768).toArray(ValueLayout.JAVA_BYTE));
        rig.memory(0).unmap(bad.mapping);
        rig.memory(0).map(bad.block, HostMemory.READ | HostMemory.WRITE);
        bad.block.asSlice(0, 32768).fill((byte) 0);
        bad.setUp(1).enable();
        assertEquals(code(CommandStatus.BAD_VALUE), bad.read(Register.ENABLE_STATUS), "the same incarnation again");
        bad.setUp(2).enable().enableQueue(0).enableQueue(1);
        bad.addRegion(0, bad.data(), RawDriver.DATA_BYTES, 1);
        PeerEntry.ADDRESS_LOW.put(bad.peer(0), HostAddresses.ipv4(1).low());
        PeerEntry.COMMAND.put(bad.peer(0), TableCommand.ADD.value());
        bad.write(Register.PEER_DOORBELL, 0);
        assertWorks(0);
        rig.run(1000 * MS);
        assertEquals(0, rig.fabric().framesInside());
    }

    @Test
    void d2_4_shouldRefuseDoorbellsBeforeEnable() {
        bad.write(Register.REGION_DOORBELL, 0);
        assertEquals(code(CommandStatus.NOT_ENABLED), bad.read(Register.REGION_STATUS));
        bad.write(Register.PEER_DOORBELL, 0);
        assertEquals(code(CommandStatus.NOT_ENABLED), bad.read(Register.PEER_STATUS));
        bad.enableQueue(0);
        assertEquals(code(CommandStatus.NOT_ENABLED), bad.read(0, QueueRegister.QUEUE_STATUS));
        bad.ring(0, 1);
        assertEquals(0, bad.read(0, QueueRegister.SUBMISSION_TAKEN));
    }

    @Test
    void d3_2_shouldStopQueueWhoseRingIsNotMappedAnyMore() {
        start();
        MemorySegment elsewhere = bad.arena.allocate(4096, 64);
        HostMemory.Mapping mapping = rig.memory(0).map(elsewhere, HostMemory.READ);
        bad.write(0, QueueRegister.QUEUE_CONTROL, 0);
        assertEquals(QueueState.DISABLED.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        bad.write(0, QueueRegister.SUBMISSION_BASE, elsewhere.address());
        bad.write(0, QueueRegister.QUEUE_CONTROL, 1);
        assertEquals(QueueState.RUNNING.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        rig.memory(0).unmap(mapping);
        bad.ring(0, 1);
        rig.run(MS);
        assertEquals(QueueState.ERROR.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        assertTrue(bad.saw(EventType.QUEUE_ERROR.value(), code(CommandStatus.NOT_MAPPED)));
        assertWorks(1);
    }

    @Test
    void d8_1_shouldLoseEventsOfMisuseWhenThereIsNoRoom() {
        start();
        for (int i = 0; i < 3 * RawDriver.EVENTS; i++) {
            bad.bar.read(0x3fc, 4);
            rig.run(100_000);
        }
        rig.run(MS);
        assertEquals(RawDriver.EVENTS, bad.events());
        assertTrue(bad.read(Register.EVENTS_LOST) >= RawDriver.EVENTS);
        bad.write(Register.EVENT_DOORBELL, RawDriver.EVENTS + 1);
        assertEquals(RawDriver.EVENTS, bad.events());
        bad.write(Register.EVENT_DOORBELL, RawDriver.EVENTS);
        rig.run(MS);
        assertTrue(bad.events() > RawDriver.EVENTS, "those that waited");
        assertWorks(0);
    }

    @Test
    void d8_2_shouldInterruptOnceUnlessMasked() {
        start();
        int[] raised = new int[64];
        rig.device(0).interrupts((vector, nowPs) -> raised[vector]++);
        assertWorks(0);
        assertEquals(0, Arrays.stream(raised).sum(), "masked by default");
        bad.write(Register.INTERRUPT_MASK, ~1L);
        rig.run(MS);
        assertEquals(1, raised[0], "pending before");
        assertWorks(0);
        assertEquals(1, raised[0], "still pending");
        bad.write(Register.INTERRUPT_PENDING, 1);
        assertWorks(0);
        assertEquals(2, raised[0]);
        assertWorks(1);
        assertEquals(2, Arrays.stream(raised).sum());
        assertFalse((bad.read(Register.INTERRUPT_PENDING) & 2) == 0);
    }

    @Test
    void d1_1_shouldBeLittleEndian() {
        start();
        byte[] identity = new byte[8];
        for (int i = 0; i < 8; i++) {
            identity[i] = (byte) (bad.read(Register.IDENTITY) >>> 8 * i);
        }
        assertEquals("AINICDEV", new String(identity, StandardCharsets.US_ASCII));
        long entry = bad.entry(0, 0, good, 16, 0);
        for (int i = 0; i < 8; i++) {
            NativeMemory.putByte(entry + WorkEntry.COOKIE.offset() + i, (byte) (i + 1));
            NativeMemory.putByte(entry + WorkEntry.LENGTH.offset() + i, (byte) (i == 1 ? 2 : 0));
        }
        bad.ring(0, 1);
        rig.run(MS);
        assertEquals(0x0807_0605_0403_0201L, CompletionEntry.COOKIE.get(bad.completion(0, 0)));
        for (int i = 0; i < 8; i++) {
            assertEquals(i + 1, NativeMemory.getByte(bad.completion(0, 0) + CompletionEntry.COOKIE.offset() + i));
        }
        assertEquals(512, written(good.dataSegment()), "a length of 0x200");
    }

    /** Bytes up to the last one that is not 0. */
    private static long written(MemorySegment memory) {
        long bytes = memory.byteSize();
        while (bytes > 0 && memory.get(ValueLayout.JAVA_BYTE, bytes - 1) == 0) {
            bytes--;
        }
        return bytes;
    }

    @Test
    void d2_2_shouldStayReadyUntilReset() {
        start();
        bad.write(Register.CONTROL, 0);
        assertEquals(DeviceStatusBit.READY.value(), bad.read(Register.STATUS));
        rig.run(MS);
        assertTrue(bad.saw(EventType.BAD_ACCESS.value(), code(CommandStatus.LOCKED)));
        assertWorks(0);
    }

    @Test
    void d3_1_shouldTouchNothingButRingsTablesAndRegions() {
        start();
        rig.run(MS);
        byte[] senderBefore = bad.block.toArray(ValueLayout.JAVA_BYTE);
        byte[] receiverBefore = good.block.toArray(ValueLayout.JAVA_BYTE);
        assertWorks(1);
        int entry = (int) (bad.submissionRing(1) - bad.at(0));
        int completion = (int) (bad.completion(1, 0) - bad.at(0));
        assertSame(senderBefore, bad, entry, WorkEntry.ENTRY_BYTES, completion, CompletionEntry.ENTRY_BYTES);
        assertSame(receiverBefore, good, (int) (good.data() - good.at(0)), 3000, 0, 0);
    }

    /** All of a driver's memory is as before, but for two stretches. */
    private static void assertSame(byte[] before, RawDriver driver, int one, int oneBytes, int other, int otherBytes) {
        byte[] after = driver.block.toArray(ValueLayout.JAVA_BYTE);
        Arrays.fill(before, one, one + oneBytes, (byte) 0);
        Arrays.fill(after, one, one + oneBytes, (byte) 0);
        Arrays.fill(before, other, other + otherBytes, (byte) 0);
        Arrays.fill(after, other, other + otherBytes, (byte) 0);
        assertArrayEquals(before, after);
    }

    @Test
    void d3_3_shouldWriteOnlyWhatTheTablesSay() {
        start();
        for (int i = 0; i < RegionEntry.ENTRY_BYTES; i++) {
            NativeMemory.putByte(bad.region(1) + i, (byte) -1);
            NativeMemory.putByte(bad.region(3) + i, (byte) -1);
            NativeMemory.putByte(bad.peer(1) + i, (byte) -1);
        }
        byte[] before = bad.block.toArray(ValueLayout.JAVA_BYTE);
        bad.addRegion(2, bad.data(), 64, 0);
        before[(int) (bad.region(2) - bad.at(0)) + RegionEntry.ACCESS.offset()] = 0;
        RegionEntry.COMMAND.put(bad.region(1), 7);
        bad.write(Register.REGION_DOORBELL, 1);
        PeerEntry.COMMAND.put(bad.peer(1), 7);
        bad.write(Register.PEER_DOORBELL, 1);
        bad.read(Register.PEER_STATUS);
        rig.run(MS);
        byte[] after = bad.block.toArray(ValueLayout.JAVA_BYTE);
        List<Integer> changed = new ArrayList<>();
        for (int i = 16384; i < 24576; i++) {
            if (before[i] != after[i]) {
                changed.add(i);
            }
        }
        for (EntryField each : List.of(
                RegionEntry.ADDRESS, RegionEntry.LENGTH, RegionEntry.KEY, RegionEntry.COMMAND, RegionEntry.STATUS)) {
            forget(changed, bad.region(2), each);
        }
        forget(changed, bad.region(1), RegionEntry.COMMAND);
        forget(changed, bad.region(1), RegionEntry.STATUS);
        forget(changed, bad.peer(1), PeerEntry.COMMAND);
        forget(changed, bad.peer(1), PeerEntry.STATUS);
        assertEquals(List.of(), changed);
        assertEquals(code(CommandStatus.BAD_COMMAND), PeerEntry.STATUS.get(bad.peer(1)));
    }

    private void forget(List<Integer> changed, long entry, EntryField field) {
        int first = (int) (entry - bad.at(0)) + field.offset();
        changed.removeIf(at -> at >= first && at < first + field.bytes());
    }

    @Test
    void d9_2_shouldLetOneQueueSufferForItselfAlone() {
        start();
        long alonePs = send(0);
        for (int i = 0; i < 50; i++) {
            bad.ring(0, RawDriver.ENTRIES + 7 + i);
            bad.write(0, QueueRegister.COMPLETION_DOORBELL, 1000 + i);
            bad.write(0, QueueRegister.QUEUE_CONTROL, i % 2);
            bad.bar.write(0x3fc, 4, i);
        }
        long besidePs = send(1);
        assertTrue(besidePs < 2 * alonePs, () -> "alone " + alonePs + " ps, beside misuse " + besidePs + " ps");
    }

    /** How long a message of queue 1 takes, the n-th of it. */
    private long send(int n) {
        long beganPs = rig.time().nowPs();
        bad.entry(1, n, good, RawDriver.DATA_BYTES, n);
        bad.ring(1, n + 1);
        assertTrue(rig.runUntil(() -> bad.produced(1) == n + 1, MS));
        assertEquals(CompletionCode.SUCCESS.value(), bad.status(1, n));
        return rig.time().nowPs() - beganPs;
    }
}
