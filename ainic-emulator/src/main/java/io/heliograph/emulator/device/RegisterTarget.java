package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;

/** What stands behind the registers: all accesses that arrive here are of the right width, to registers that may be accessed so. */
interface RegisterTarget {
    long read(Register register);

    CommandStatus write(Register register, long value, long nowPs);

    long read(int queue, QueueRegister register);

    CommandStatus write(int queue, QueueRegister register, long value, long nowPs);

    /** The counter at an offset from the first of the protocol's or of the device's; -1 if there is none. */
    long readCounter(int offset);

    /** An access that was refused. */
    void refused(int offset, long value, CommandStatus why, long nowPs);
}
