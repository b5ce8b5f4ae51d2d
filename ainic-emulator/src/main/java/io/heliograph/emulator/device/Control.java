package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.DeviceStatusBit;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.Statistics;
import io.heliograph.transport.EndpointCounter;

/** What registers mean: each write is set-up that is kept, or something that a part of the device does. */
final class Control implements RegisterTarget {
    private static final int NO_QUEUE = 0xffff;
    private static final int ENABLE = ControlBit.ENABLE.value();
    private static final int MIN_ALIGNMENT = 64;

    private final Device device;
    private final DeviceParts parts;

    Control(Device device, DeviceParts parts) {
        this.device = device;
        this.parts = parts;
    }

    private boolean isReady() {
        return (parts.registers().getInt(Register.STATUS) & DeviceStatusBit.READY.value()) != 0;
    }

    @Override
    public long read(Register register) {
        return switch (register) {
            case EVENT_PRODUCER -> Integer.toUnsignedLong(parts.events().produced());
            case EVENTS_LOST -> parts.outbox().lost();
            case DEVICE_TIME -> device.nowNs();
            default -> parts.registers().get(register);
        };
    }

    @Override
    public CommandStatus write(Register register, long value, long nowPs) {
        int word = (int) value;
        return switch (register) {
            case CONTROL -> control(word, nowPs);
            case INTERRUPT_MASK -> {
                parts.interrupts().mask(value, nowPs);
                yield CommandStatus.OK;
            }
            case INTERRUPT_PENDING -> {
                parts.interrupts().clear(value);
                yield CommandStatus.OK;
            }
            case EVENT_DOORBELL -> {
                boolean taken = parts.events().consume(word);
                parts.outbox().roomAt(nowPs);
                yield taken ? CommandStatus.OK : CommandStatus.PAST_RING;
            }
            case REGION_DOORBELL -> told(Register.REGION_STATUS, parts.regions().doorbell(word), word, nowPs);
            case PEER_DOORBELL -> told(Register.PEER_STATUS, parts.peers().doorbell(word), word, nowPs);
            case PATH_DOORBELL -> told(Register.PATH_STATUS, parts.paths().doorbell(word), word, nowPs);
            case RATE_DOORBELL -> rates(word, nowPs);
            case RATE_START, RATE_OTHER -> keep(register, value);
            default -> isReady() ? CommandStatus.LOCKED : keep(register, value);
        };
    }

    private CommandStatus keep(Register register, long value) {
        parts.registers().set(register, value);
        return CommandStatus.OK;
    }

    private CommandStatus rates(int count, long nowPs) {
        BarMemory registers = parts.registers();
        CommandStatus status =
                parts.rates().doorbell(count, registers.get(Register.RATE_START), registers.get(Register.RATE_OTHER));
        told(Register.RATE_STATUS, status, parts.rates().refusedIndex(), nowPs);
        device.wakeEngines(nowPs);
        return CommandStatus.OK;
    }

    /** The outcome of a table's doorbell: in its status register, and in an event if it was refused. */
    private CommandStatus told(Register register, CommandStatus status, int index, long nowPs) {
        parts.registers().set(register, status.value());
        if (status != CommandStatus.OK) {
            parts.outbox().tell(EventType.COMMAND_REFUSED, status.value(), NO_QUEUE, index, register.offset(), nowPs);
        }
        return CommandStatus.OK;
    }

    private CommandStatus control(int value, long nowPs) {
        if ((value & ControlBit.RESET.value()) != 0) {
            device.reset(nowPs);
            return CommandStatus.OK;
        }
        if (isReady() || (value & ENABLE) == 0) {
            return isReady() && (value & ENABLE) != 0 ? CommandStatus.OK : CommandStatus.LOCKED;
        }
        CommandStatus status = device.enable(nowPs);
        parts.registers().set(Register.ENABLE_STATUS, status.value());
        boolean enabled = status == CommandStatus.OK;
        parts.registers().set(Register.CONTROL, enabled ? ENABLE : 0);
        parts.registers()
                .set(Register.STATUS, enabled ? DeviceStatusBit.READY.value() : DeviceStatusBit.REFUSED.value());
        return CommandStatus.OK;
    }

    @Override
    public long read(int queue, QueueRegister register) {
        SubmissionQueue each = parts.queues()[queue];
        return switch (register) {
            case QUEUE_STATE -> each.state().value();
            case QUEUE_STATUS -> each.status().value();
            case SUBMISSION_TAKEN -> Integer.toUnsignedLong(each.taken());
            case COMPLETION_PRODUCER -> Integer.toUnsignedLong(each.completions.produced());
            default -> parts.registers().get(queue, register);
        };
    }

    @Override
    public CommandStatus write(int queue, QueueRegister register, long value, long nowPs) {
        SubmissionQueue each = parts.queues()[queue];
        int word = (int) value;
        return switch (register) {
            case QUEUE_CONTROL -> control(each, word, nowPs);
            case SUBMISSION_DOORBELL -> submit(each, word, nowPs);
            case COMPLETION_DOORBELL -> consume(each, word, nowPs);
            case TRAFFIC_CLASS -> isReady() ? CommandStatus.LOCKED : keep(queue, register, value);
            default -> each.state() == QueueState.DISABLED ? keep(queue, register, value) : CommandStatus.LOCKED;
        };
    }

    private CommandStatus keep(int queue, QueueRegister register, long value) {
        parts.registers().set(queue, register, value);
        return CommandStatus.OK;
    }

    private CommandStatus submit(SubmissionQueue queue, int upTo, long nowPs) {
        if (queue.state() != QueueState.RUNNING) {
            return CommandStatus.NOT_ENABLED;
        }
        parts.counts().increment(DeviceCounter.DOORBELLS);
        if (queue.ring(upTo)) {
            parts.fetches().roomAt(nowPs);
        } else {
            parts.fetches().fail(queue, CommandStatus.PAST_RING, Integer.toUnsignedLong(upTo), nowPs);
        }
        return CommandStatus.OK;
    }

    private CommandStatus consume(SubmissionQueue queue, int upTo, long nowPs) {
        if (queue.state() == QueueState.DISABLED) {
            return CommandStatus.NOT_ENABLED;
        }
        if (queue.completions.consume(upTo)) {
            parts.outbox().roomAt(nowPs);
            parts.fetches().roomAt(nowPs);
        } else if (queue.state() != QueueState.ERROR) {
            parts.fetches().fail(queue, CommandStatus.PAST_RING, Integer.toUnsignedLong(upTo), nowPs);
        }
        return CommandStatus.OK;
    }

    private CommandStatus control(SubmissionQueue queue, int value, long nowPs) {
        if ((value & ENABLE) == 0) {
            if (queue.state() != QueueState.DISABLED) {
                queue.stop(QueueState.DRAINING, CommandStatus.OK);
            }
            keep(queue.number, QueueRegister.QUEUE_CONTROL, 0);
            return CommandStatus.OK;
        }
        if (queue.state() != QueueState.DISABLED) {
            return queue.state() == QueueState.RUNNING ? CommandStatus.OK : CommandStatus.LOCKED;
        }
        CommandStatus status = isReady() ? open(queue) : CommandStatus.NOT_ENABLED;
        queue.status(status);
        keep(queue.number, QueueRegister.QUEUE_CONTROL, status == CommandStatus.OK ? ENABLE : 0);
        if (status != CommandStatus.OK) {
            parts.outbox()
                    .tell(
                            EventType.COMMAND_REFUSED,
                            status.value(),
                            queue.number,
                            0,
                            QueueRegister.QUEUE_CONTROL.offset(queue.number),
                            nowPs);
        }
        parts.outbox().roomAt(nowPs);
        return CommandStatus.OK;
    }

    private CommandStatus open(SubmissionQueue queue) {
        BarMemory registers = parts.registers();
        int number = queue.number;
        if (number >= registers.getInt(Register.ACTIVE_QUEUES)) {
            return CommandStatus.BAD_INDEX;
        }
        long base = registers.get(number, QueueRegister.SUBMISSION_BASE);
        long entries = registers.get(number, QueueRegister.SUBMISSION_ENTRIES);
        long completionBase = registers.get(number, QueueRegister.COMPLETION_BASE);
        long completionEntries = registers.get(number, QueueRegister.COMPLETION_ENTRIES);
        int most = registers.getInt(Register.RING_ENTRIES);
        boolean sized = isSize(entries, most) && isSize(completionEntries, Device.COMPLETION_FACTOR * most);
        if (!sized || base % MIN_ALIGNMENT != 0 || completionBase % MIN_ALIGNMENT != 0) {
            return CommandStatus.BAD_VALUE;
        }
        if (!parts.isReadable(base, entries) || !parts.isWritable(completionBase, completionEntries)) {
            return CommandStatus.NOT_MAPPED;
        }
        queue.open(base, (int) entries, completionBase, (int) completionEntries);
        return CommandStatus.OK;
    }

    /** Whether it is a power of two up to a limit. */
    static boolean isSize(long entries, int most) {
        return entries >= 1 && entries <= most && Long.bitCount(entries) == 1;
    }

    @Override
    public long readCounter(int offset) {
        boolean ofDevice = offset >= Statistics.DEVICE_OFFSET;
        int index = (offset - (ofDevice ? Statistics.DEVICE_OFFSET : Statistics.PROTOCOL_OFFSET)) / Long.BYTES;
        if (ofDevice) {
            DeviceCounter[] known = DeviceCounter.values();
            return index < known.length ? store(offset, device.count(known[index])) : -1;
        }
        EndpointCounter[] known = EndpointCounter.values();
        return index < known.length ? store(offset, device.count(known[index])) : -1;
    }

    private long store(int offset, long value) {
        parts.registers().setCounter(offset, value);
        return value;
    }

    @Override
    public void refused(int offset, long value, CommandStatus why, long nowPs) {
        parts.counts().increment(DeviceCounter.BAD_ACCESSES);
        parts.outbox().tell(EventType.BAD_ACCESS, why.value(), NO_QUEUE, offset, value, nowPs);
    }
}
