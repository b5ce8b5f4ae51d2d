package io.heliograph.emulator.conformance;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A driver's side of a device with registers: rings and tables in memory that is mapped for it, and a correct endpoint at the other end of its cable. */
final class DriverBench implements AutoCloseable {
    static final int ENTRIES = 8;
    static final int COMPLETIONS = 16;
    static final int EVENTS = 128;
    static final int TABLE = 8;
    static final int DATA_BYTES = 1 << 16;

    private static final int QUEUES = 2;
    private static final int COMPLETIONS_AT = 4096;
    private static final int EVENTS_AT = 8192;
    private static final int REGIONS_AT = 16384;
    private static final int PEERS_AT = 20480;
    private static final int RATES_AT = 24576;
    private static final int PATHS_AT = 28672;
    private static final int DATA_AT = 32768;
    private static final int EXTRA_BYTES = 8192;
    private static final long STEP_NS = 2_000;
    private static final int PEER = 2;
    private static final int POLLED_AT_ONCE = 64;

    private final Bench bench;
    private final RegisterAccess registers;
    private final MemorySegment block;
    private final MemorySegment extra;
    private final long base;
    private final DeviceUnderTest peer;
    private final Region target;
    private final Region source;
    private long cookies;
    private int key;

    DriverBench(Bench bench, DeviceSetup setup, Draws draws) {
        this.bench = bench;
        registers = Objects.requireNonNull(bench.device.registers());
        // As long-lived as the device, which may still write into it.
        block = Arena.ofAuto().allocate(DATA_AT + DATA_BYTES, 4096);
        extra = Arena.ofAuto().allocate(EXTRA_BYTES, 4096);
        base = block.address();
        registers.map(base, block.byteSize());
        peer = EndpointDevice.open(setup.with(setup.seed() + 1, draws.peerIncarnation(), bench.device.nowNs())
                .withNode(PEER));
        target = peer.register(DATA_BYTES, true);
        source = peer.register(DATA_BYTES, false);
    }

    RegisterAccess registers() {
        return registers;
    }

    /** All memory that is mapped from the beginning: rings, tables and data. */
    byte[] memory() {
        return block.toArray(ValueLayout.JAVA_BYTE);
    }

    long base() {
        return base;
    }

    /** Memory that a scenario maps itself. */
    long extra() {
        return extra.address();
    }

    /** The data that entries write, the device's only region. */
    long data() {
        return base + DATA_AT;
    }

    /** The peer's region. */
    Region target() {
        return target;
    }

    IpAddress peerAddress() {
        return IpAddress.parse(peer.address());
    }

    void write(Register register, long value) {
        registers.write(register.offset(), register.bytes(), value);
    }

    void write(int queue, QueueRegister register, long value) {
        registers.write(register.offset(queue), register.bytes(), value);
    }

    long read(Register register) {
        return registers.read(register.offset(), register.bytes());
    }

    long read(int queue, QueueRegister register) {
        return registers.read(register.offset(queue), register.bytes());
    }

    long regionEntry(int index) {
        return base + REGIONS_AT + (long) index * RegionEntry.ENTRY_BYTES;
    }

    long peerEntry(int index) {
        return base + PEERS_AT + (long) index * PeerEntry.ENTRY_BYTES;
    }

    long rateEntry(int index) {
        return base + RATES_AT + (long) index * RateEntry.ENTRY_BYTES;
    }

    long pathEntry(int index) {
        return base + PATHS_AT + (long) index * PathEntry.ENTRY_BYTES;
    }

    long workEntry(int queue, int index) {
        return base + (long) queue * ENTRIES * WorkEntry.ENTRY_BYTES + (long) (index % ENTRIES) * WorkEntry.ENTRY_BYTES;
    }

    long completionEntry(int queue, int index) {
        return base
                + COMPLETIONS_AT
                + (long) queue * COMPLETIONS * CompletionEntry.ENTRY_BYTES
                + (long) (index % COMPLETIONS) * CompletionEntry.ENTRY_BYTES;
    }

    long eventEntry(int index) {
        return base + EVENTS_AT + (long) (index % EVENTS) * EventEntry.ENTRY_BYTES;
    }

    /** Writes the set-up registers. */
    void setUp(long incarnation) {
        IpAddress address = bench.address;
        write(Register.INCARNATION, incarnation);
        write(Register.ADDRESS_HIGH, address.high());
        write(Register.ADDRESS_LOW, address.low());
        write(Register.ACTIVE_QUEUES, QUEUES);
        write(Register.EVENT_BASE, base + EVENTS_AT);
        write(Register.EVENT_ENTRIES, EVENTS);
        write(Register.REGION_BASE, regionEntry(0));
        write(Register.REGION_ENTRIES, TABLE);
        write(Register.PEER_BASE, peerEntry(0));
        write(Register.PEER_ENTRIES, TABLE);
        write(Register.RATE_BASE, rateEntry(0));
        write(Register.RATE_ENTRIES, TABLE);
        write(Register.PATH_BASE, pathEntry(0));
        write(Register.PATH_ENTRIES, TABLE);
    }

    void enableQueue(int queue) {
        write(queue, QueueRegister.SUBMISSION_BASE, workEntry(queue, 0));
        write(queue, QueueRegister.SUBMISSION_ENTRIES, ENTRIES);
        write(queue, QueueRegister.COMPLETION_BASE, completionEntry(queue, 0));
        write(queue, QueueRegister.COMPLETION_ENTRIES, COMPLETIONS);
        write(queue, QueueRegister.QUEUE_CONTROL, ControlBit.ENABLE.value());
    }

    /** Sets everything up, queues and region 0; the statuses are the caller's to look at. */
    void start(long incarnation) {
        block.asSlice(0, DATA_AT).fill((byte) 0);
        setUp(incarnation);
        write(Register.CONTROL, ControlBit.ENABLE.value());
        enableQueue(0);
        enableQueue(1);
        long entry = regionEntry(0);
        RegionEntry.ADDRESS.put(entry, data());
        RegionEntry.LENGTH.put(entry, DATA_BYTES);
        RegionEntry.ACCESS.put(entry, 1);
        RegionEntry.COMMAND.put(entry, TableCommand.ADD.value());
        write(Register.REGION_DOORBELL, 0);
    }

    /** Takes note of the key that the device drew for region 0, and returns it. */
    int learnKey() {
        key = RegionEntry.KEY.getInt(regionEntry(0));
        return key;
    }

    /** Adds the peer as entry 0. */
    void addPeer() {
        IpAddress other = peerAddress();
        PeerEntry.ADDRESS_HIGH.put(peerEntry(0), other.high());
        PeerEntry.ADDRESS_LOW.put(peerEntry(0), other.low());
        PeerEntry.COMMAND.put(peerEntry(0), TableCommand.ADD.value());
        write(Register.PEER_DOORBELL, 0);
    }

    /** Writes a sound entry for a queue. */
    void sound(long entry, int queue, int length, long cookie) {
        WorkEntry.OPCODE.put(entry, WorkOpcode.WRITE.value());
        WorkEntry.FLAGS.put(entry, 0);
        WorkEntry.QUEUE.put(entry, queue);
        WorkEntry.DESTINATION.put(entry, 0);
        WorkEntry.LOCAL_ADDRESS.put(entry, data());
        WorkEntry.REMOTE_ADDRESS.put(entry, target.address());
        WorkEntry.LENGTH.put(entry, length);
        WorkEntry.LOCAL_KEY.put(entry, key);
        WorkEntry.REMOTE_KEY.put(entry, target.key());
        WorkEntry.IMMEDIATE.put(entry, 0);
        WorkEntry.RESERVED0.put(entry, 0);
        WorkEntry.RESERVED1.put(entry, 0);
        WorkEntry.COOKIE.put(entry, cookie);
    }

    /** Bytes of the data that a later {@link #misplaced} looks for. */
    void pattern(int lengthBytes, int mark) {
        for (int i = 0; i < lengthBytes; i++) {
            NativeMemory.putByte(data() + i, (byte) (i * 31 + mark));
        }
    }

    /** The first byte of the pattern that is not at the peer, or -1. */
    int misplaced(int lengthBytes, int mark) {
        byte[] placed = peer.read(target, 0, lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            if (placed[i] != (byte) (i * 31 + mark)) {
                return i;
            }
        }
        return -1;
    }

    /** The peer writes to the device's region, with an immediate. */
    int peerWrites(int queue, int lengthBytes, int key, int immediate) {
        return peer.post(new PostedWrite(
                bench.device.address(), queue, source, 0, lengthBytes, data(), key, immediate, false, cookies++));
    }

    /** Time passes, and frames pass between the device and the peer. */
    void advance(long ns) {
        long endNs = bench.device.nowNs() + ns;
        while (bench.device.nowNs() < endNs) {
            long untilNs = Math.min(endNs, bench.device.nowNs() + STEP_NS);
            do {
                bench.device.runUntil(untilNs);
                bench.collect((packet, number) -> peer.deliver(packet.frame()));
            } while (bench.device.nowNs() < untilNs);
            do {
                peer.runUntil(untilNs);
                for (SentFrame each : peer.take()) {
                    bench.deliver(each.bytes());
                }
            } while (peer.nowNs() < untilNs);
            peer.poll(POLLED_AT_ONCE);
        }
    }

    @Override
    public void close() {
        peer.close();
    }
}
