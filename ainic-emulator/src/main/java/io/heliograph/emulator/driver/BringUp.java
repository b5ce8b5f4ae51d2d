package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.DeviceStatusBit;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.Register;

/** Brings a device up: resets it, gives it rings and tables, enables it and its queues, register by register. */
final class BringUp {
    private BringUp() {}

    /**
     * Brings up a device that nobody else uses; returns the memory that it has from then on.
     *
     * @throws IllegalStateException if there is no such device behind the registers, or it refuses
     */
    static DriverMemory of(Mmio bar, HostMemory host, DriverConfig config) {
        long identity = Registers.read(bar, Register.IDENTITY);
        long version = Registers.read(bar, Register.VERSION);
        if (identity != Register.IDENTITY_VALUE || version >>> 16 != Register.VERSION_VALUE >>> 16) {
            throw new IllegalStateException("driver: no device of this kind: identity=0x" + Long.toHexString(identity)
                    + " version=0x" + Long.toHexString(version));
        }
        Registers.write(bar, Register.CONTROL, ControlBit.RESET.value());
        DriverMemory memory = new DriverMemory(host, bar, config);
        try {
            enable(bar, config, memory);
        } catch (IllegalStateException e) {
            Registers.write(bar, Register.CONTROL, ControlBit.RESET.value());
            Registers.read(bar, Register.STATUS);
            memory.close();
            throw e;
        }
        return memory;
    }

    private static void enable(Mmio bar, DriverConfig config, DriverMemory memory) {
        Registers.write(bar, Register.INCARNATION, config.incarnation());
        Registers.write(bar, Register.ADDRESS_HIGH, config.address().high());
        Registers.write(bar, Register.ADDRESS_LOW, config.address().low());
        Registers.write(bar, Register.UDP_PORT, config.udpPort());
        Registers.write(bar, Register.ACTIVE_QUEUES, config.queues());
        Registers.write(bar, Register.PEER_TIMEOUT, config.peerTimeoutNs());
        Registers.write(bar, Register.FLOW_CONTROL, config.flowControl() ? 1 : 0);
        Registers.write(bar, Register.EVENT_BASE, memory.events());
        Registers.write(bar, Register.EVENT_ENTRIES, memory.eventEntries());
        Registers.write(bar, Register.REGION_BASE, memory.regionTable());
        Registers.write(bar, Register.REGION_ENTRIES, memory.regions());
        Registers.write(bar, Register.PEER_BASE, memory.peerTable());
        Registers.write(bar, Register.PEER_ENTRIES, memory.peers());
        Registers.write(bar, Register.RATE_BASE, memory.rateTable());
        Registers.write(bar, Register.RATE_ENTRIES, memory.ratePhases());
        Registers.write(bar, Register.PATH_BASE, memory.pathTable());
        Registers.write(bar, Register.PATH_ENTRIES, memory.peers());
        for (int queue = 0; queue < config.queues(); queue++) {
            Registers.write(
                    bar,
                    queue,
                    QueueRegister.TRAFFIC_CLASS,
                    config.trafficClasses().get(queue));
        }
        Registers.write(bar, Register.CONTROL, ControlBit.ENABLE.value());
        if ((Registers.read(bar, Register.STATUS) & DeviceStatusBit.READY.value()) == 0) {
            throw new IllegalStateException("driver: the device refused to be enabled: "
                    + Registers.status(Registers.read(bar, Register.ENABLE_STATUS)) + " config=" + config);
        }
        for (int queue = 0; queue < config.queues(); queue++) {
            Registers.write(bar, queue, QueueRegister.SUBMISSION_BASE, memory.submissionRing(queue));
            Registers.write(bar, queue, QueueRegister.SUBMISSION_ENTRIES, memory.ringEntries());
            Registers.write(bar, queue, QueueRegister.COMPLETION_BASE, memory.completionRing(queue));
            Registers.write(bar, queue, QueueRegister.COMPLETION_ENTRIES, memory.completionEntries());
            Registers.write(bar, queue, QueueRegister.QUEUE_CONTROL, ControlBit.ENABLE.value());
            if (Registers.read(bar, queue, QueueRegister.QUEUE_STATE) != QueueState.RUNNING.value()) {
                throw new IllegalStateException("driver: the device refused a queue: queue=" + queue + " "
                        + Registers.status(Registers.read(bar, queue, QueueRegister.QUEUE_STATUS)));
            }
        }
    }
}
