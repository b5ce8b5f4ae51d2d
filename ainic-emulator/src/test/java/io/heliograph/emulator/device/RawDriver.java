package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A driver that does what it is told, right or wrong: rings, tables and a piece of data in one block of host memory, each register by hand. */
final class RawDriver implements AutoCloseable {
    static final int QUEUES = 2;
    static final int ENTRIES = 8;
    static final int COMPLETIONS = 16;
    static final int EVENTS = 128;
    static final int TABLE = 16;
    static final int DATA_BYTES = 1 << 16;

    private static final int SUBMISSIONS_AT = 0;
    private static final int COMPLETIONS_AT = 4096;
    private static final int EVENTS_AT = 8192;
    private static final int REGIONS_AT = 16384;
    private static final int PEERS_AT = 20480;
    private static final int RATES_AT = 24576;
    private static final int PATHS_AT = 28672;
    private static final int DATA_AT = 32768;

    final Arena arena = Arena.ofShared();
    final MemorySegment block = arena.allocate(DATA_AT + DATA_BYTES, 4096);
    final Mmio bar;
    final int number;
    final HostMemory.Mapping mapping;

    RawDriver(Rig rig, int number) {
        bar = rig.device(number).bar();
        this.number = number;
        mapping = rig.memory(number).map(block, HostMemory.READ | HostMemory.WRITE);
    }

    long at(long offset) {
        return block.address() + offset;
    }

    long data() {
        return at(DATA_AT);
    }

    MemorySegment dataSegment() {
        return block.asSlice(DATA_AT, DATA_BYTES);
    }

    long submissionRing(int queue) {
        return at(SUBMISSIONS_AT + (long) queue * ENTRIES * WorkEntry.ENTRY_BYTES);
    }

    long completionRing(int queue) {
        return at(COMPLETIONS_AT + (long) queue * COMPLETIONS * CompletionEntry.ENTRY_BYTES);
    }

    long completion(int queue, int index) {
        return completionRing(queue) + (long) index * CompletionEntry.ENTRY_BYTES;
    }

    long event(int index) {
        return at(EVENTS_AT + (long) index * EventEntry.ENTRY_BYTES);
    }

    long region(int index) {
        return at(REGIONS_AT + (long) index * RegionEntry.ENTRY_BYTES);
    }

    long peer(int index) {
        return at(PEERS_AT + (long) index * PeerEntry.ENTRY_BYTES);
    }

    long rate(int index) {
        return at(RATES_AT + (long) index * RateEntry.ENTRY_BYTES);
    }

    long path(int index) {
        return at(PATHS_AT + (long) index * 32);
    }

    long read(Register register) {
        return bar.read(register.offset(), register.bytes());
    }

    void write(Register register, long value) {
        bar.write(register.offset(), register.bytes(), value);
    }

    long read(int queue, QueueRegister register) {
        return bar.read(register.offset(queue), register.bytes());
    }

    void write(int queue, QueueRegister register, long value) {
        bar.write(register.offset(queue), register.bytes(), value);
    }

    /** Writes all set-up registers of the device. */
    RawDriver setUp(int incarnation) {
        IpAddress address = HostAddresses.ipv4(number);
        write(Register.INCARNATION, incarnation);
        write(Register.ADDRESS_HIGH, address.high());
        write(Register.ADDRESS_LOW, address.low());
        write(Register.ACTIVE_QUEUES, QUEUES);
        write(Register.EVENT_BASE, event(0));
        write(Register.EVENT_ENTRIES, EVENTS);
        write(Register.REGION_BASE, region(0));
        write(Register.REGION_ENTRIES, TABLE);
        write(Register.PEER_BASE, peer(0));
        write(Register.PEER_ENTRIES, TABLE);
        write(Register.RATE_BASE, rate(0));
        write(Register.RATE_ENTRIES, TABLE);
        write(Register.PATH_BASE, path(0));
        write(Register.PATH_ENTRIES, TABLE);
        return this;
    }

    RawDriver enable() {
        write(Register.CONTROL, ControlBit.ENABLE.value());
        return this;
    }

    RawDriver enableQueue(int queue) {
        write(queue, QueueRegister.SUBMISSION_BASE, submissionRing(queue));
        write(queue, QueueRegister.SUBMISSION_ENTRIES, ENTRIES);
        write(queue, QueueRegister.COMPLETION_BASE, completionRing(queue));
        write(queue, QueueRegister.COMPLETION_ENTRIES, COMPLETIONS);
        write(queue, QueueRegister.QUEUE_CONTROL, ControlBit.ENABLE.value());
        return this;
    }

    /** All of it: enabled, with both queues, the data as region 0, and the other device as peer 0. */
    RawDriver start() {
        setUp(1).enable().enableQueue(0).enableQueue(1);
        addRegion(0, data(), DATA_BYTES, 1);
        IpAddress other = HostAddresses.ipv4(1 - number);
        PeerEntry.ADDRESS_HIGH.put(peer(0), other.high());
        PeerEntry.ADDRESS_LOW.put(peer(0), other.low());
        PeerEntry.COMMAND.put(peer(0), TableCommand.ADD.value());
        write(Register.PEER_DOORBELL, 0);
        read(Register.PEER_STATUS);
        return this;
    }

    /** Adds a region; returns the command status. */
    long addRegion(int index, long address, long length, int access) {
        RegionEntry.ADDRESS.put(region(index), address);
        RegionEntry.LENGTH.put(region(index), length);
        RegionEntry.ACCESS.put(region(index), access);
        RegionEntry.COMMAND.put(region(index), TableCommand.ADD.value());
        write(Register.REGION_DOORBELL, index);
        return read(Register.REGION_STATUS);
    }

    int key(int index) {
        return RegionEntry.KEY.getInt(region(index));
    }

    /** Writes a sound entry that sends the first bytes of the data to those of the other driver, from an offset on; returns its address. */
    long entry(int queue, int index, RawDriver other, int lengthBytes, long cookie) {
        long entry = submissionRing(queue) + (long) (index % ENTRIES) * WorkEntry.ENTRY_BYTES;
        WorkEntry.OPCODE.put(entry, WorkOpcode.WRITE.value());
        WorkEntry.FLAGS.put(entry, 0);
        WorkEntry.QUEUE.put(entry, queue);
        WorkEntry.DESTINATION.put(entry, 0);
        WorkEntry.LOCAL_ADDRESS.put(entry, data());
        WorkEntry.REMOTE_ADDRESS.put(entry, other.data());
        WorkEntry.LENGTH.put(entry, lengthBytes);
        WorkEntry.LOCAL_KEY.put(entry, key(0));
        WorkEntry.REMOTE_KEY.put(entry, other.key(0));
        WorkEntry.IMMEDIATE.put(entry, 0);
        WorkEntry.RESERVED0.put(entry, 0);
        WorkEntry.RESERVED1.put(entry, 0);
        WorkEntry.COOKIE.put(entry, cookie);
        return entry;
    }

    void ring(int queue, int upTo) {
        write(queue, QueueRegister.SUBMISSION_DOORBELL, upTo);
    }

    int produced(int queue) {
        return (int) read(queue, QueueRegister.COMPLETION_PRODUCER);
    }

    int status(int queue, int index) {
        return CompletionEntry.STATUS.getInt(completion(queue, index));
    }

    int events() {
        return (int) read(Register.EVENT_PRODUCER);
    }

    /** Whether there was an event of a type with a code. */
    boolean saw(int type, int code) {
        for (int i = 0; i < Math.min(events(), EVENTS); i++) {
            if (EventEntry.TYPE.getInt(event(i)) == type && EventEntry.CODE.getInt(event(i)) == code) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        arena.close();
    }
}
