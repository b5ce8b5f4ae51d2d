package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import java.util.ArrayDeque;

/** Which vectors have something to tell, which may, and the messages to the processor that are under way. */
final class Interrupts implements Actor {
    private record Message(int vector, long arrivesPs) {}

    private final VirtualTime time;
    private final BarMemory registers;
    private final Bus bus;
    private final Counts counts;
    private final int actor;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private InterruptHandler handler = InterruptHandler.NONE;

    Interrupts(VirtualTime time, BarMemory registers, Bus bus, Counts counts) {
        this.time = time;
        this.registers = registers;
        this.bus = bus;
        this.counts = counts;
        actor = time.add(this);
    }

    void handler(InterruptHandler value) {
        handler = value;
    }

    /** Something was written that a vector tells of. */
    void signal(int vector, long nowPs) {
        long pending = registers.get(Register.INTERRUPT_PENDING);
        registers.set(Register.INTERRUPT_PENDING, pending | 1L << vector);
        if ((pending & 1L << vector) == 0 && (registers.get(Register.INTERRUPT_MASK) & 1L << vector) == 0) {
            // Right behind what it tells of, which is visible now.
            raise(vector, nowPs);
        }
    }

    /** What was pending behind the old mask is told now. */
    void mask(long mask, long nowPs) {
        long opened = registers.get(Register.INTERRUPT_MASK) & ~mask & registers.get(Register.INTERRUPT_PENDING);
        registers.set(Register.INTERRUPT_MASK, mask);
        for (long left = opened; left != 0; left &= left - 1) {
            raise(Long.numberOfTrailingZeros(left), nowPs + bus.writeLatencyPs());
        }
    }

    void clear(long bits) {
        registers.set(Register.INTERRUPT_PENDING, registers.get(Register.INTERRUPT_PENDING) & ~bits);
    }

    private void raise(int vector, long arrivesPs) {
        counts.increment(DeviceCounter.INTERRUPTS);
        // None passes another.
        long afterPs = messages.isEmpty()
                ? arrivesPs
                : Math.max(arrivesPs, messages.getLast().arrivesPs());
        messages.add(new Message(vector, afterPs));
        time.schedule(actor, messages.getFirst().arrivesPs());
    }

    @Override
    public void act(long nowPs) {
        while (!messages.isEmpty() && messages.getFirst().arrivesPs() <= nowPs) {
            handler.raised(messages.remove().vector(), nowPs);
        }
        time.schedule(
                actor,
                messages.isEmpty() ? EventQueue.NEVER : messages.getFirst().arrivesPs());
    }

    void reset() {
        messages.clear();
        time.schedule(actor, EventQueue.NEVER);
    }
}
