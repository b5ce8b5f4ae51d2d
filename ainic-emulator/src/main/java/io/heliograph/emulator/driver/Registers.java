package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;

/** Registers by their names. */
final class Registers {
    private Registers() {}

    static long read(Mmio bar, Register register) {
        return bar.read(register.offset(), register.bytes());
    }

    static void write(Mmio bar, Register register, long value) {
        bar.write(register.offset(), register.bytes(), value);
    }

    static long read(Mmio bar, int queue, QueueRegister register) {
        return bar.read(register.offset(queue), register.bytes());
    }

    static void write(Mmio bar, int queue, QueueRegister register, long value) {
        bar.write(register.offset(queue), register.bytes(), value);
    }

    /** Rings a table's doorbell; returns what became of it. */
    static CommandStatus command(Mmio bar, Register doorbell, int index, Register status) {
        write(bar, doorbell, index);
        return status(read(bar, status));
    }

    /** The outcome in a status register. */
    static CommandStatus status(long value) {
        for (CommandStatus each : CommandStatus.values()) {
            if (each.value() == value) {
                return each;
            }
        }
        throw new IllegalStateException("device: unknown command status=" + value);
    }
}
