package io.heliograph.emulator.conformance;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.RegisterPlan.Act;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.emulator.device.layout.Code;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.EntryField;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Plays a driver against a device that has registers; a correct endpoint is at the other end of its cable. One run, one object. */
final class RegisterRunner {
    private static final int QUEUES = 2;
    private static final int ENTRIES = 8;
    private static final int COMPLETIONS = 16;
    private static final int EVENTS = 128;
    private static final int TABLE = 8;
    private static final int DATA_BYTES = 1 << 16;
    private static final int COMPLETIONS_AT = 4096;
    private static final int EVENTS_AT = 8192;
    private static final int REGIONS_AT = 16384;
    private static final int PEERS_AT = 20480;
    private static final int RATES_AT = 24576;
    private static final int PATHS_AT = 28672;
    private static final int DATA_AT = 32768;
    private static final int PATH_BYTES = 32;
    private static final long STEP_NS = 2_000;
    private static final long WORKS_NS = 1_000_000;
    private static final int WORKS_BYTES = 3_000;
    private static final int PEER = 2;

    private final Bench bench;
    private final RegisterAccess registers;
    private final MemorySegment block;
    private final long base;
    private final DeviceUnderTest peer;
    private final Region target;
    private final Map<String, Long> names = new HashMap<>();
    private byte[] remembered = new byte[0];
    private int marks;

    RegisterRunner(Bench bench, DeviceSetup setup, Draws draws) {
        this.bench = bench;
        registers = Objects.requireNonNull(bench.device.registers());
        // As long-lived as the device, which may still write into it.
        block = Arena.ofAuto().allocate(DATA_AT + DATA_BYTES, 4096);
        base = block.address();
        registers.map(base, block.byteSize());
        peer = EndpointDevice.open(setup.with(setup.seed() + 1, draws.peerIncarnation(), bench.device.nowNs())
                .withNode(PEER));
        target = peer.register(DATA_BYTES, true);
        names.put("data", base + DATA_AT);
        names.put("data_bytes", (long) DATA_BYTES);
        names.put("entries", (long) ENTRIES);
        names.put("completions", (long) COMPLETIONS);
        names.put("events", (long) EVENTS);
        names.put("table", (long) TABLE);
        names.put("block", base);
        names.put("remote", target.address());
        names.put("remote_key", Integer.toUnsignedLong(target.key()));
        names.put("incarnation", Integer.toUnsignedLong(bench.device.incarnation()));
        names.put("all", -1L);
        addCodes("status", CommandStatus.values());
        addCodes("code", CompletionCode.values());
        addCodes("event", EventType.values());
        addCodes("state", QueueState.values());
        addCodes("kind", CompletionKind.values());
        addCodes("command", TableCommand.values());
        addCodes("opcode", WorkOpcode.values());
    }

    private void addCodes(String prefix, Code[] codes) {
        for (Code each : codes) {
            names.put(prefix + "_" + each.name(), (long) each.value());
        }
    }

    void run(RegisterPlan plan) {
        try {
            plan.acts().forEach(this::act);
        } finally {
            peer.close();
        }
    }

    private long value(Act act, String key, long otherwise) {
        Expression value = act.values().get(key);
        return value == null ? otherwise : value.value(names);
    }

    private int number(Act act, String key) {
        return (int) value(act, key, 0);
    }

    private void act(Act act) {
        switch (act.verb()) {
            case "write" -> write(offset(act), bytes(act), value(act, "value", 0));
            case "read" -> {
                long got = registers.read(offset(act), bytes(act));
                requireSame(act, act.words().getOrDefault("register", ""), got, cut(value(act, "is", 0), bytes(act)));
            }
            case "poke" -> write(number(act, "offset"), number(act, "bytes"), value(act, "value", 0));
            case "peek" ->
                requireSame(
                        act,
                        "offset " + number(act, "offset"),
                        registers.read(number(act, "offset"), number(act, "bytes")),
                        value(act, "is", 0));
            case "set-up" -> setUp(act);
            case "start" -> start(act);
            case "enable-queue" -> enableQueue(number(act, "queue"));
            case "run" -> advance(value(act, "for", 0));
            case "work" -> work(act);
            case "region" -> {
                entry(act, RegionEntry.values(), region(number(act, "index")));
                command(act, Register.REGION_DOORBELL, Register.REGION_STATUS);
            }
            case "peer" -> {
                entry(act, PeerEntry.values(), peerEntry(number(act, "index")));
                command(act, Register.PEER_DOORBELL, Register.PEER_STATUS);
            }
            case "rate" ->
                entry(act, RateEntry.values(), base + RATES_AT + (long) number(act, "index") * RateEntry.ENTRY_BYTES);
            case "path" -> entry(act, PathEntry.values(), base + PATHS_AT + (long) number(act, "index") * PATH_BYTES);
            case "completion" -> completion(act);
            case "event" -> event(act);
            case "works" -> works(act);
            case "remember" -> remembered = block.toArray(ValueLayout.JAVA_BYTE);
            default -> {
                int at = Arrays.mismatch(remembered, block.toArray(ValueLayout.JAVA_BYTE));
                if (at >= 0) {
                    throw broken(act, "host memory changed at offset " + at);
                }
            }
        }
    }

    private int offset(Act act) {
        String name = Objects.requireNonNull(act.words().get("register"));
        return act.values().containsKey("queue")
                ? QueueRegister.valueOf(name).offset(number(act, "queue"))
                : Register.valueOf(name).offset();
    }

    private int bytes(Act act) {
        String name = Objects.requireNonNull(act.words().get("register"));
        return act.values().containsKey("queue")
                ? QueueRegister.valueOf(name).bytes()
                : Register.valueOf(name).bytes();
    }

    private static long cut(long value, int bytes) {
        return bytes == Integer.BYTES ? value & 0xFFFF_FFFFL : value;
    }

    private void write(int offset, int bytes, long value) {
        registers.write(offset, bytes, value);
    }

    private void write(Register register, long value) {
        registers.write(register.offset(), register.bytes(), value);
    }

    private void write(int queue, QueueRegister register, long value) {
        registers.write(register.offset(queue), register.bytes(), value);
    }

    private long read(int queue, QueueRegister register) {
        return registers.read(register.offset(queue), register.bytes());
    }

    private void requireSame(Act act, Object what, long got, long wanted) {
        if (got != wanted) {
            throw broken(act, what + " is 0x" + Long.toHexString(got) + " and must be 0x" + Long.toHexString(wanted));
        }
    }

    private BrokenRuleException broken(Act act, String what) {
        return new BrokenRuleException("", bench.trace().size(), what + " (" + act.where() + ")");
    }

    private long region(int index) {
        return base + REGIONS_AT + (long) index * RegionEntry.ENTRY_BYTES;
    }

    private long peerEntry(int index) {
        return base + PEERS_AT + (long) index * PeerEntry.ENTRY_BYTES;
    }

    private long workEntry(int queue, int index) {
        return base + (long) queue * ENTRIES * WorkEntry.ENTRY_BYTES + (long) (index % ENTRIES) * WorkEntry.ENTRY_BYTES;
    }

    private long completionEntry(int queue, int index) {
        return base
                + COMPLETIONS_AT
                + (long) queue * COMPLETIONS * CompletionEntry.ENTRY_BYTES
                + (long) (index % COMPLETIONS) * CompletionEntry.ENTRY_BYTES;
    }

    private void entry(Act act, EntryField[] fields, long address) {
        for (EntryField each : fields) {
            Expression value = act.values().get(each.name().toLowerCase(Locale.ROOT));
            if (value != null && !each.name().equals("STATUS")) {
                each.put(address, value.value(names));
            }
        }
    }

    private void command(Act act, Register doorbell, Register status) {
        write(doorbell, number(act, "index"));
        if (act.values().containsKey("status")) {
            requireSame(act, status, registers.read(status.offset(), status.bytes()), value(act, "status", 0));
        }
    }

    private void setUp(Act act) {
        IpAddress address = bench.address;
        write(Register.INCARNATION, value(act, "incarnation", bench.device.incarnation() + 1L));
        write(Register.ADDRESS_HIGH, address.high());
        write(Register.ADDRESS_LOW, address.low());
        write(Register.ACTIVE_QUEUES, QUEUES);
        write(Register.EVENT_BASE, base + EVENTS_AT);
        write(Register.EVENT_ENTRIES, EVENTS);
        write(Register.REGION_BASE, region(0));
        write(Register.REGION_ENTRIES, TABLE);
        write(Register.PEER_BASE, peerEntry(0));
        write(Register.PEER_ENTRIES, TABLE);
        write(Register.RATE_BASE, base + RATES_AT);
        write(Register.RATE_ENTRIES, TABLE);
        write(Register.PATH_BASE, base + PATHS_AT);
        write(Register.PATH_ENTRIES, TABLE);
    }

    private void enableQueue(int queue) {
        write(queue, QueueRegister.SUBMISSION_BASE, workEntry(queue, 0));
        write(queue, QueueRegister.SUBMISSION_ENTRIES, ENTRIES);
        write(queue, QueueRegister.COMPLETION_BASE, completionEntry(queue, 0));
        write(queue, QueueRegister.COMPLETION_ENTRIES, COMPLETIONS);
        write(queue, QueueRegister.QUEUE_CONTROL, ControlBit.ENABLE.value());
    }

    private void start(Act act) {
        block.asSlice(0, DATA_AT).fill((byte) 0);
        setUp(act);
        write(Register.CONTROL, ControlBit.ENABLE.value());
        enableQueue(0);
        enableQueue(1);
        long entry = region(0);
        RegionEntry.ADDRESS.put(entry, base + DATA_AT);
        RegionEntry.LENGTH.put(entry, DATA_BYTES);
        RegionEntry.ACCESS.put(entry, 1);
        RegionEntry.COMMAND.put(entry, TableCommand.ADD.value());
        write(Register.REGION_DOORBELL, 0);
        requireSame(
                act,
                Register.REGION_STATUS,
                registers.read(Register.REGION_STATUS.offset(), Register.REGION_STATUS.bytes()),
                CommandStatus.OK.value());
        IpAddress other = IpAddress.parse(peer.address());
        PeerEntry.ADDRESS_HIGH.put(peerEntry(0), other.high());
        PeerEntry.ADDRESS_LOW.put(peerEntry(0), other.low());
        PeerEntry.COMMAND.put(peerEntry(0), TableCommand.ADD.value());
        write(Register.PEER_DOORBELL, 0);
        requireSame(
                act,
                Register.PEER_STATUS,
                registers.read(Register.PEER_STATUS.offset(), Register.PEER_STATUS.bytes()),
                CommandStatus.OK.value());
        names.put("key", Integer.toUnsignedLong(RegionEntry.KEY.getInt(entry)));
        IpAddress own = bench.address;
        names.put("own_high", own.high());
        names.put("own_low", own.low());
        names.put("peer_high", other.high());
        names.put("peer_low", other.low());
    }

    /** Writes a sound entry, but for what is said. */
    private void work(Act act) {
        int queue = number(act, "in");
        int index = number(act, "index");
        long entry = workEntry(queue, index);
        sound(entry, queue, (int) value(act, "length", 64), index);
        entry(act, WorkEntry.values(), entry);
    }

    private void sound(long entry, int queue, int length, long cookie) {
        WorkEntry.OPCODE.put(entry, WorkOpcode.WRITE.value());
        WorkEntry.FLAGS.put(entry, 0);
        WorkEntry.QUEUE.put(entry, queue);
        WorkEntry.DESTINATION.put(entry, 0);
        WorkEntry.LOCAL_ADDRESS.put(entry, base + DATA_AT);
        WorkEntry.REMOTE_ADDRESS.put(entry, target.address());
        WorkEntry.LENGTH.put(entry, length);
        WorkEntry.LOCAL_KEY.put(entry, names.getOrDefault("key", 0L));
        WorkEntry.REMOTE_KEY.put(entry, target.key());
        WorkEntry.IMMEDIATE.put(entry, 0);
        WorkEntry.RESERVED0.put(entry, 0);
        WorkEntry.RESERVED1.put(entry, 0);
        WorkEntry.COOKIE.put(entry, cookie);
    }

    private void completion(Act act) {
        long entry = completionEntry(number(act, "queue"), number(act, "index"));
        for (EntryField each : CompletionEntry.values()) {
            String name = each.name().toLowerCase(Locale.ROOT);
            if (act.values().containsKey(name) && !name.equals("queue")) {
                requireSame(act, "completion's " + name, each.get(entry), value(act, name, 0));
            }
        }
    }

    private void event(Act act) {
        long produced = registers.read(Register.EVENT_PRODUCER.offset(), Register.EVENT_PRODUCER.bytes());
        for (int i = 0; i < Math.min(produced, EVENTS); i++) {
            long entry = base + EVENTS_AT + (long) i * EventEntry.ENTRY_BYTES;
            if (EventEntry.TYPE.get(entry) == value(act, "type", 0)
                    && EventEntry.CODE.get(entry) == value(act, "code", 0)) {
                return;
            }
        }
        throw broken(act, "there was no such event among " + produced);
    }

    /** A sound WRITE on a queue arrives and completes: the device goes on. */
    private void works(Act act) {
        int queue = number(act, "queue");
        int produced = (int) read(queue, QueueRegister.COMPLETION_PRODUCER);
        int taken = (int) read(queue, QueueRegister.SUBMISSION_TAKEN);
        marks++;
        for (int i = 0; i < WORKS_BYTES; i++) {
            NativeMemory.putByte(base + DATA_AT + i, (byte) (i * 31 + marks));
        }
        sound(workEntry(queue, taken), queue, WORKS_BYTES, 7_000 + marks);
        write(queue, QueueRegister.SUBMISSION_DOORBELL, taken + 1L);
        advance(WORKS_NS);
        requireSame(act, "COMPLETION_PRODUCER", read(queue, QueueRegister.COMPLETION_PRODUCER), produced + 1L);
        long entry = completionEntry(queue, produced);
        requireSame(act, "completion's status", CompletionEntry.STATUS.get(entry), 0);
        requireSame(act, "completion's cookie", CompletionEntry.COOKIE.get(entry), 7_000 + marks);
        byte[] placed = peer.read(target);
        int from = peer.guardBytes();
        for (int i = 0; i < WORKS_BYTES; i++) {
            if (placed[from + i] != (byte) (i * 31 + marks)) {
                throw broken(act, "byte " + i + " is not placed at the peer");
            }
        }
    }

    private void advance(long ns) {
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
        }
    }
}
