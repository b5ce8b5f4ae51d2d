package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.Access;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.RegisterField;
import io.heliograph.emulator.device.layout.Statistics;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The processor's side of the registers: posted writes under way, and which accesses make sense. */
final class Bar implements Mmio, Actor {
    private static final long ALL_ONES = -1;
    private static final int WORD = 4;

    private record Posted(int offset, int bytes, long value, long arrivesPs) {}

    private final VirtualTime time;
    private final StageMeter meter;
    private final long writeLatencyPs;
    private final int queues;
    private final RegisterTarget target;
    private final int actor;
    private final ArrayDeque<Posted> posted = new ArrayDeque<>();
    private final @Nullable Register[] registers = new Register[QueueRegister.FIRST_OFFSET / WORD];
    private final @Nullable QueueRegister[] queueRegisters = new QueueRegister[QueueRegister.STRIDE_BYTES / WORD];

    Bar(VirtualTime time, StageMeter meter, long writeLatencyPs, int queues, RegisterTarget target) {
        this.time = time;
        this.meter = meter;
        this.writeLatencyPs = writeLatencyPs;
        this.queues = queues;
        this.target = target;
        actor = time.add(this);
        for (Register each : Register.values()) {
            registers[each.offset() / WORD] = each;
        }
        for (QueueRegister each : QueueRegister.values()) {
            queueRegisters[each.offset() / WORD] = each;
        }
    }

    @Override
    public void write(int offset, int bytes, long value) {
        long nowPs = time.nowPs();
        posted.add(new Posted(offset, bytes, value, nowPs + writeLatencyPs));
        meter.set(StageState.BUSY, posted.size(), nowPs);
        time.schedule(actor, posted.getFirst().arrivesPs());
    }

    @Override
    public long read(int offset, int bytes) {
        long nowPs = time.nowPs();
        take(Long.MAX_VALUE, nowPs);
        if (bytes == Long.BYTES && offset % Long.BYTES == 0 && isCounter(offset)) {
            long value = target.readCounter(offset);
            if (value >= 0) {
                return value;
            }
        }
        int queue = queue(offset);
        RegisterField register = find(offset, queue);
        CommandStatus why = doubt(register, offset, bytes);
        if (register == null || why != CommandStatus.OK) {
            target.refused(offset, 0, why, nowPs);
            return ALL_ONES;
        }
        if (register.access() == Access.WO) {
            return 0;
        }
        return register instanceof QueueRegister each ? target.read(queue, each) : target.read((Register) register);
    }

    @Override
    public void act(long nowPs) {
        take(nowPs, nowPs);
    }

    /** Lets writes take effect that arrive up to a moment. */
    private void take(long untilPs, long nowPs) {
        while (!posted.isEmpty() && posted.getFirst().arrivesPs() <= untilPs) {
            Posted each = posted.remove();
            meter.passed();
            arrive(each, nowPs);
        }
        meter.set(posted.isEmpty() ? StageState.IDLE : StageState.BUSY, posted.size(), nowPs);
        time.schedule(
                actor, posted.isEmpty() ? EventQueue.NEVER : posted.getFirst().arrivesPs());
    }

    private void arrive(Posted write, long nowPs) {
        int queue = queue(write.offset());
        RegisterField register = find(write.offset(), queue);
        CommandStatus status = doubt(register, write.offset(), write.bytes());
        if (status == CommandStatus.OK && register != null) {
            if (register.access() == Access.RO) {
                status = CommandStatus.READ_ONLY;
            } else if (register instanceof QueueRegister each) {
                status = target.write(queue, each, write.value(), nowPs);
            } else {
                status = target.write((Register) register, write.value(), nowPs);
            }
        }
        if (status != CommandStatus.OK) {
            target.refused(write.offset(), write.value(), status, nowPs);
        }
    }

    private static boolean isCounter(int offset) {
        return offset >= Statistics.PROTOCOL_OFFSET && offset < QueueRegister.FIRST_OFFSET;
    }

    private static int queue(int offset) {
        return offset < QueueRegister.FIRST_OFFSET
                ? -1
                : (offset - QueueRegister.FIRST_OFFSET) / QueueRegister.STRIDE_BYTES;
    }

    private @Nullable RegisterField find(int offset, int queue) {
        if (offset < 0 || offset % WORD != 0) {
            return null;
        }
        if (queue < 0) {
            return registers[offset / WORD];
        }
        return queue < queues ? queueRegisters[offset % QueueRegister.STRIDE_BYTES / WORD] : null;
    }

    private static CommandStatus doubt(@Nullable RegisterField register, int offset, int bytes) {
        if (offset % WORD != 0 || register != null && register.bytes() != bytes) {
            return CommandStatus.MISALIGNED;
        }
        return register == null ? CommandStatus.OUT_OF_MAP : CommandStatus.OK;
    }
}
