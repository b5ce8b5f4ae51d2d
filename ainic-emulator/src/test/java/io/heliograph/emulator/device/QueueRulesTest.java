package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkFlag;
import io.heliograph.emulator.device.layout.WorkOpcode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** The rules of DEVICE.md for queues (D4), by number. */
final class QueueRulesTest extends RuleBench {
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
    void d4_2_d4_4_shouldTakeEntriesInOrderAndCompleteEachOnce() {
        start();
        int total = 5 * RawDriver.ENTRIES;
        boolean[] completed = new boolean[total];
        List<Integer> fired = new ArrayList<>();
        int posted = 0;
        int seen = 0;
        int told = 0;
        for (int turn = 0; turn < 100 * total && seen < total; turn++) {
            if (posted < total && posted - seen < RawDriver.ENTRIES) {
                long entry = bad.entry(0, posted, good, 1 + 997 * posted % 5000, posted);
                boolean isBad = posted % 7 == 3;
                WorkEntry.OPCODE.put(entry, isBad ? 9 : WorkOpcode.WRITE_IMM.value());
                WorkEntry.FLAGS.put(entry, isBad ? 0 : WorkFlag.FENCED.value());
                WorkEntry.IMMEDIATE.put(entry, posted);
                bad.ring(0, ++posted);
            }
            rig.run(100_000);
            for (int produced = bad.produced(0); seen < produced; seen++) {
                long completion = bad.completion(0, seen % RawDriver.COMPLETIONS);
                int cookie = (int) CompletionEntry.COOKIE.get(completion);
                assertFalse(completed[cookie], () -> "completed twice: " + cookie);
                completed[cookie] = true;
                CompletionCode expected = cookie % 7 == 3 ? CompletionCode.BAD_OPCODE : CompletionCode.SUCCESS;
                assertEquals(expected.value(), CompletionEntry.STATUS.getInt(completion));
            }
            bad.write(0, QueueRegister.COMPLETION_DOORBELL, seen);
            for (int produced = good.produced(0); told < produced; told++) {
                fired.add(CompletionEntry.IMMEDIATE.getInt(good.completion(0, told % RawDriver.COMPLETIONS)));
            }
            good.write(0, QueueRegister.COMPLETION_DOORBELL, told);
        }
        rig.run(MS);
        assertEquals(total, seen);
        for (boolean each : completed) {
            assertTrue(each);
        }
        assertEquals(total, bad.produced(0), "and none after that");
        List<Integer> sound = new ArrayList<>();
        for (int i = 0; i < total; i++) {
            if (i % 7 != 3) {
                sound.add(i);
            }
        }
        assertEquals(sound, fired.subList(0, sound.size()), "in the order in which they were taken");
    }
}
