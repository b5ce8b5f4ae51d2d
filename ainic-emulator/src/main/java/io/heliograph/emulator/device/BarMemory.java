package io.heliograph.emulator.device;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.RegisterField;
import java.lang.foreign.Arena;

/** The registers' values, off-heap, laid out as the document says. Only the device comes here; processors go through {@link Bar}. */
final class BarMemory {
    private final long base;
    private final int queues;

    BarMemory(Arena arena, int queues) {
        base = arena.allocate(Register.BAR_BYTES, Register.BAR_BYTES).address();
        this.queues = queues;
    }

    /** Sets all registers to what they are after a reset. */
    void reset() {
        NativeMemory.fill(base, Register.BAR_BYTES, (byte) 0);
        for (Register each : Register.values()) {
            store(each.offset(), each, each.reset());
        }
        for (int queue = 0; queue < queues; queue++) {
            for (QueueRegister each : QueueRegister.values()) {
                store(each.offset(queue), each, each.reset());
            }
        }
    }

    long get(Register register) {
        return load(register.offset(), register);
    }

    int getInt(Register register) {
        return (int) get(register);
    }

    void set(Register register, long value) {
        store(register.offset(), register, value);
    }

    long get(int queue, QueueRegister register) {
        return load(register.offset(queue), register);
    }

    void set(int queue, QueueRegister register, long value) {
        store(register.offset(queue), register, value);
    }

    /** Sets 8 bytes that are no register by name: a counter. */
    void setCounter(int offset, long value) {
        NativeMemory.putLong(base + offset, value);
    }

    private long load(int offset, RegisterField register) {
        return register.bytes() == Long.BYTES
                ? NativeMemory.getLong(base + offset)
                : Integer.toUnsignedLong(NativeMemory.getInt(base + offset));
    }

    private void store(int offset, RegisterField register, long value) {
        if (register.bytes() == Long.BYTES) {
            NativeMemory.putLong(base + offset, value);
        } else {
            NativeMemory.putInt(base + offset, (int) value);
        }
    }
}
