package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import org.junit.jupiter.api.AfterEach;

/** A driver that does everything by hand, much of it wrong, and a healthy device at the other end: what tests of the rules of DEVICE.md begin with. */
abstract class RuleBench {
    static final long MS = 1_000_000_000L;

    final Rig rig = new Rig(DeviceConfig.DEFAULT);
    final RawDriver bad = new RawDriver(rig, 0);
    final RawDriver good = new RawDriver(rig, 1);

    @AfterEach
    void close() {
        rig.close();
        bad.close();
        good.close();
    }

    final void start() {
        bad.start();
        good.start();
        for (int i = 0; i < RawDriver.DATA_BYTES; i++) {
            NativeMemory.putByte(bad.data() + i, (byte) (i * 31 + 7));
        }
    }

    static int code(CommandStatus status) {
        return status.value();
    }

    /** Both queues of the bad driver still work, or the one that is named. */
    final void assertWorks(int queue) {
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
}
