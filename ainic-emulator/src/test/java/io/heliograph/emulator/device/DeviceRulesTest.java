package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.DeviceStatusBit;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkFlag;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.emulator.fabric.HostAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of DEVICE.md, by number: a driver that does everything by hand, much of it wrong, and a healthy device at the other end. */
final class DeviceRulesTest {
    private static final long MS = 1_000_000_000L;

    private final Rig rig = new Rig(DeviceConfig.DEFAULT);
    private final RawDriver bad = new RawDriver(rig, 0);
    private final RawDriver good = new RawDriver(rig, 1);

    @AfterEach
    void close() {
        rig.close();
        bad.close();
        good.close();
    }

    private void start() {
        bad.start();
        good.start();
        for (int i = 0; i < RawDriver.DATA_BYTES; i++) {
            NativeMemory.putByte(bad.data() + i, (byte) (i * 31 + 7));
        }
    }

    private static int code(CommandStatus status) {
        return status.value();
    }

    /** Both queues of the bad driver still work, or the one that is named. */
    private void assertWorks(int queue) {
        int before = bad.produced(queue);
        int taken = (int) bad.read(queue, QueueRegister.SUBMISSION_TAKEN);
        bad.entry(queue, taken, good, 3000, 77);
        bad.ring(queue, taken + 1);
        rig.run(MS);
        assertEquals(before + 1, bad.produced(queue));
        long completion = bad.completion(queue, before % RawDriver.COMPLETIONS);
        assertEquals(CompletionCode.SUCCESS.value(), CompletionEntry.STATUS.getInt(completion));
        assertEquals(77, CompletionEntry.COOKIE.get(completion));
        assertEquals(
                -1,
                bad.dataSegment().asSlice(0, 3000).mismatch(good.dataSegment().asSlice(0, 3000)));
    }

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
    void d4_1_shouldRefuseQueueThatMakesNoSense() {
        start();
        refusesQueue(() -> bad.write(0, QueueRegister.SUBMISSION_ENTRIES, 5), CommandStatus.BAD_VALUE);
        refusesQueue(() -> bad.write(0, QueueRegister.SUBMISSION_ENTRIES, 1 << 20), CommandStatus.BAD_VALUE);
        refusesQueue(() -> bad.write(0, QueueRegister.COMPLETION_BASE, bad.at(8)), CommandStatus.BAD_VALUE);
        refusesQueue(() -> bad.write(0, QueueRegister.SUBMISSION_BASE, 0x1000), CommandStatus.NOT_MAPPED);
        refusesQueue(() -> bad.write(0, QueueRegister.COMPLETION_BASE, -4096), CommandStatus.NOT_MAPPED);
        bad.enableQueue(2);
        assertEquals(code(CommandStatus.BAD_INDEX), bad.read(2, QueueRegister.QUEUE_STATUS));
        assertWorks(1);
    }

    private void refusesQueue(Runnable mistake, CommandStatus why) {
        bad.write(0, QueueRegister.QUEUE_CONTROL, 0);
        bad.read(0, QueueRegister.QUEUE_STATE);
        bad.write(0, QueueRegister.SUBMISSION_BASE, bad.submissionRing(0));
        bad.write(0, QueueRegister.SUBMISSION_ENTRIES, RawDriver.ENTRIES);
        bad.write(0, QueueRegister.COMPLETION_BASE, bad.completionRing(0));
        mistake.run();
        bad.write(0, QueueRegister.QUEUE_CONTROL, 1);
        assertEquals(why.value(), bad.read(0, QueueRegister.QUEUE_STATUS));
        assertEquals(QueueState.DISABLED.value(), bad.read(0, QueueRegister.QUEUE_STATE));
    }

    @Test
    void d4_3_shouldTakeNoMoreThanCompletionsHaveRoomFor() {
        start();
        int rounds = 4 * RawDriver.COMPLETIONS;
        int posted = 0;
        for (int i = 0; i < 3 * RawDriver.ENTRIES; i++) {
            if (posted - (int) bad.read(0, QueueRegister.SUBMISSION_TAKEN) < RawDriver.ENTRIES) {
                bad.entry(0, posted, good, 10, posted);
                bad.ring(0, ++posted);
            }
            rig.run(MS);
        }
        assertEquals(RawDriver.COMPLETIONS, bad.produced(0));
        assertEquals(RawDriver.COMPLETIONS, (int) bad.read(0, QueueRegister.SUBMISSION_TAKEN));
        assertWorks(1);
        int consumed = 0;
        while (consumed < rounds) {
            int produced = bad.produced(0);
            consumed = produced;
            bad.write(0, QueueRegister.COMPLETION_DOORBELL, consumed);
            while (posted - (int) bad.read(0, QueueRegister.SUBMISSION_TAKEN) < RawDriver.ENTRIES) {
                bad.entry(0, posted, good, 10, posted);
                bad.ring(0, ++posted);
            }
            rig.run(MS);
        }
        assertEquals(QueueState.RUNNING.value(), bad.read(0, QueueRegister.QUEUE_STATE));
    }

    @Test
    void d4_5_shouldCompleteWithErrorWhenEntryMakesNoSense() {
        start();
        List<LongConsumer> mistakes = List.of(
                entry -> WorkEntry.OPCODE.put(entry, 9),
                entry -> WorkEntry.FLAGS.put(entry, 0x80),
                entry -> WorkEntry.FLAGS.put(entry, WorkFlag.FENCED.value()),
                entry -> WorkEntry.QUEUE.put(entry, 1),
                entry -> WorkEntry.RESERVED1.put(entry, 1),
                entry -> WorkEntry.DESTINATION.put(entry, 3),
                entry -> WorkEntry.DESTINATION.put(entry, -1),
                entry -> WorkEntry.LOCAL_KEY.put(entry, bad.key(0) + 1L),
                entry -> WorkEntry.LOCAL_ADDRESS.put(entry, bad.data() - 1),
                entry -> WorkEntry.LENGTH.put(entry, RawDriver.DATA_BYTES + 1L),
                entry -> WorkEntry.LENGTH.put(entry, -1));
        CompletionCode[] expected = {
            CompletionCode.BAD_OPCODE,
            CompletionCode.BAD_FLAGS,
            CompletionCode.BAD_FLAGS,
            CompletionCode.BAD_QUEUE,
            CompletionCode.RESERVED_SET,
            CompletionCode.BAD_DESTINATION,
            CompletionCode.BAD_DESTINATION,
            CompletionCode.BAD_SOURCE,
            CompletionCode.BAD_SOURCE,
            CompletionCode.BAD_SOURCE,
            CompletionCode.BAD_SOURCE
        };
        for (int i = 0; i < expected.length; i++) {
            mistakes.get(i).accept(bad.entry(0, i, good, 100, 1000 + i));
            bad.ring(0, i + 1);
            rig.run(MS);
            assertEquals(expected[i].value(), bad.status(0, i), "mistake " + i);
            assertEquals(1000 + i, CompletionEntry.COOKIE.get(bad.completion(0, i)));
        }
        assertWorks(0);
        assertWorks(1);
    }

    @Test
    void d4_6_shouldTurnOwnerBitWithEachLap() {
        start();
        for (int i = 0; i < 2 * RawDriver.COMPLETIONS; i++) {
            bad.entry(0, i, good, 10, i);
            bad.ring(0, i + 1);
            rig.run(MS);
            long completion = bad.completion(0, i % RawDriver.COMPLETIONS);
            assertEquals(i, CompletionEntry.COOKIE.get(completion));
            assertEquals(i < RawDriver.COMPLETIONS ? 1 : 0, CompletionEntry.OWNER.get(completion));
            bad.write(0, QueueRegister.COMPLETION_DOORBELL, i + 1);
        }
    }

    @Test
    void d4_7_shouldStopQueueWhenDoorbellIsPastTheRing() {
        start();
        bad.ring(0, RawDriver.ENTRIES + 1);
        rig.run(MS);
        assertEquals(QueueState.ERROR.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        assertEquals(code(CommandStatus.PAST_RING), bad.read(0, QueueRegister.QUEUE_STATUS));
        assertTrue(bad.saw(EventType.QUEUE_ERROR.value(), code(CommandStatus.PAST_RING)));
        assertEquals(0, bad.produced(0));
        assertWorks(1);
        bad.write(1, QueueRegister.COMPLETION_DOORBELL, 5);
        assertEquals(QueueState.ERROR.value(), bad.read(1, QueueRegister.QUEUE_STATE));
    }

    @Test
    void d4_8_shouldWorkAgainWhenDisabledAndEnabled() {
        start();
        bad.entry(0, 0, good, 60_000, 1);
        bad.ring(0, 1);
        rig.run(3_000_000);
        bad.write(0, QueueRegister.QUEUE_CONTROL, 0);
        assertEquals(QueueState.DRAINING.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        rig.run(MS);
        assertEquals(QueueState.DISABLED.value(), bad.read(0, QueueRegister.QUEUE_STATE));
        assertEquals(CompletionCode.SUCCESS.value(), bad.status(0, 0));
        assertEquals(1, CompletionEntry.OWNER.get(bad.completion(0, 0)));
        bad.block.asSlice(4096, 4096).fill((byte) 0);
        bad.enableQueue(0);
        assertWorks(0);
    }

    @Test
    void d4_9_shouldHoldImmediatesWithoutHoldingWrites() {
        start();
        int total = 3 * RawDriver.COMPLETIONS;
        int posted = 0;
        for (int i = 0; i < 20 * total && posted < total; i++) {
            if (posted - (int) bad.read(0, QueueRegister.SUBMISSION_TAKEN) < RawDriver.ENTRIES) {
                long entry = bad.entry(0, posted, good, 8, posted);
                WorkEntry.OPCODE.put(entry, WorkOpcode.WRITE_IMM.value());
                WorkEntry.IMMEDIATE.put(entry, posted);
                bad.ring(0, ++posted);
            }
            rig.run(MS);
            bad.write(0, QueueRegister.COMPLETION_DOORBELL, bad.produced(0));
        }
        assertEquals(total, posted);
        assertEquals(RawDriver.COMPLETIONS, good.produced(0), "a full ring is not overrun");
        good.entry(1, 0, bad, 500, 5);
        good.ring(1, 1);
        rig.run(MS);
        assertEquals(1, good.produced(1), "own entries go on");
        List<Integer> seen = new ArrayList<>();
        while (seen.size() < total) {
            int produced = good.produced(0);
            assertTrue(produced > seen.size(), "immediates come");
            for (int i = seen.size(); i < produced; i++) {
                long completion = good.completion(0, i % RawDriver.COMPLETIONS);
                assertEquals(CompletionKind.IMMEDIATE.value(), CompletionEntry.KIND.getInt(completion));
                seen.add(CompletionEntry.IMMEDIATE.getInt(completion));
            }
            good.write(0, QueueRegister.COMPLETION_DOORBELL, produced);
            rig.run(MS);
        }
        for (int i = 0; i < total; i++) {
            assertEquals(i, seen.get(i));
        }
    }

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
}
