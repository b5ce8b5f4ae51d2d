package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.RegisterPlan.Act;
import io.heliograph.emulator.device.layout.Code;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.EntryField;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.transport.IpAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Plays the acts of a driver, right or wrong, and looks at what the device makes of them. One run, one object. */
final class RegisterRunner {
    private static final long WORKS_NS = 1_000_000;
    private static final int WORKS_BYTES = 3_000;

    private final Bench bench;
    private final DriverBench driver;
    private final Map<String, Long> names = new HashMap<>();
    private byte[] remembered = new byte[0];
    private int marks;

    RegisterRunner(Bench bench, DeviceSetup setup, Draws draws) {
        this.bench = bench;
        driver = new DriverBench(bench, setup, draws);
        IpAddress own = bench.address;
        IpAddress other = driver.peerAddress();
        names.put("own_high", own.high());
        names.put("own_low", own.low());
        names.put("peer_high", other.high());
        names.put("peer_low", other.low());
        names.put("data", driver.data());
        names.put("data_bytes", (long) DriverBench.DATA_BYTES);
        names.put("entries", (long) DriverBench.ENTRIES);
        names.put("completions", (long) DriverBench.COMPLETIONS);
        names.put("events", (long) DriverBench.EVENTS);
        names.put("table", (long) DriverBench.TABLE);
        names.put("block", driver.base());
        names.put("extra", driver.extra());
        names.put("remote", driver.target().address());
        names.put("remote_key", Integer.toUnsignedLong(driver.target().key()));
        names.put("incarnation", Integer.toUnsignedLong(bench.device.incarnation()));
        names.put("all", -1L);
        addCodes("status", CommandStatus.values());
        addCodes("code", CompletionCode.values());
        addCodes("event", EventType.values());
        addCodes("state", QueueState.values());
        addCodes("kind", CompletionKind.values());
        addCodes("command", TableCommand.values());
        addCodes("opcode", WorkOpcode.values());
        addCodes("origin", PeerOrigin.values());
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
            driver.close();
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
            case "write" -> driver.registers().write(offset(act), bytes(act), value(act, "value", 0));
            case "read" -> {
                long got = driver.registers().read(offset(act), bytes(act));
                requireSame(act, act.words().getOrDefault("register", ""), got, cut(value(act, "is", 0), bytes(act)));
            }
            case "poke" -> {
                for (long left = value(act, "times", 1); left > 0; left--) {
                    driver.registers().write(number(act, "offset"), number(act, "bytes"), value(act, "value", 0));
                }
            }
            case "peek" ->
                requireSame(
                        act,
                        "offset " + number(act, "offset"),
                        driver.registers().read(number(act, "offset"), number(act, "bytes")),
                        value(act, "is", 0));
            case "set-up" -> driver.setUp(incarnation(act));
            case "start" -> start(act);
            case "enable-queue" -> driver.enableQueue(number(act, "queue"));
            case "run" -> driver.advance(value(act, "for", 0));
            case "map" -> driver.registers().map(value(act, "address", 0), value(act, "length", 0));
            case "unmap" -> driver.registers().unmap(value(act, "address", 0));
            case "work" -> work(act);
            case "region" -> {
                entry(act, RegionEntry.values(), driver.regionEntry(number(act, "index")));
                command(act, Register.REGION_DOORBELL, Register.REGION_STATUS);
            }
            case "region-entry" -> entry(act, RegionEntry.values(), driver.regionEntry(number(act, "index")));
            case "peer" -> {
                entry(act, PeerEntry.values(), driver.peerEntry(number(act, "index")));
                command(act, Register.PEER_DOORBELL, Register.PEER_STATUS);
            }
            case "peer-entry" -> entry(act, PeerEntry.values(), driver.peerEntry(number(act, "index")));
            case "region-is" -> is(act, "region's ", RegionEntry.values(), driver.regionEntry(number(act, "index")));
            case "peer-is" -> is(act, "peer's ", PeerEntry.values(), driver.peerEntry(number(act, "index")));
            case "peer-writes" -> peerWrites(act);
            case "rate" -> entry(act, RateEntry.values(), driver.rateEntry(number(act, "index")));
            case "path" -> entry(act, PathEntry.values(), driver.pathEntry(number(act, "index")));
            case "completion" ->
                is(
                        act,
                        "completion's ",
                        CompletionEntry.values(),
                        driver.completionEntry(number(act, "queue"), number(act, "index")));
            case "event" -> event(act);
            case "event-is" -> is(act, "event's ", EventEntry.values(), driver.eventEntry(number(act, "place")));
            case "interrupts" ->
                requireSame(
                        act,
                        "number of interrupts",
                        driver.registers().interrupts(number(act, "vector")),
                        value(act, "raised", 0));
            case "works" -> works(act);
            case "remember" -> remembered = driver.memory();
            default -> {
                int at = Arrays.mismatch(remembered, driver.memory());
                if (at >= 0) {
                    throw broken(act, "host memory changed at offset " + at);
                }
            }
        }
    }

    private long incarnation(Act act) {
        return value(act, "incarnation", bench.device.incarnation() + 1L);
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

    private void requireSame(Act act, Object what, long got, long wanted) {
        if (got != wanted) {
            throw broken(act, what + " is 0x" + Long.toHexString(got) + " and must be 0x" + Long.toHexString(wanted));
        }
    }

    private BrokenRuleException broken(Act act, String what) {
        return new BrokenRuleException("", bench.trace().size(), what + " (" + act.where() + ")");
    }

    private void entry(Act act, EntryField[] fields, long address) {
        for (EntryField each : fields) {
            Expression value = act.values().get(each.name().toLowerCase(Locale.ROOT));
            if (value != null && !each.name().equals("STATUS")) {
                each.put(address, value.value(names));
            }
        }
    }

    /** Compares the fields that are named. */
    private void is(Act act, String what, EntryField[] fields, long address) {
        for (EntryField each : fields) {
            String name = each.name().toLowerCase(Locale.ROOT);
            // The queue says which ring it is.
            if (act.values().containsKey(name) && !name.equals("queue")) {
                requireSame(act, what + name, each.get(address), value(act, name, 0));
            }
        }
    }

    private void command(Act act, Register doorbell, Register status) {
        driver.write(doorbell, number(act, "index"));
        if (act.values().containsKey("status")) {
            requireSame(act, status, driver.read(status), value(act, "status", 0));
        }
    }

    private void start(Act act) {
        driver.start(incarnation(act));
        requireSame(act, Register.REGION_STATUS, driver.read(Register.REGION_STATUS), CommandStatus.OK.value());
        if (value(act, "peer", 1) == 1) {
            driver.addPeer();
            requireSame(act, Register.PEER_STATUS, driver.read(Register.PEER_STATUS), CommandStatus.OK.value());
        }
        names.put("key", Integer.toUnsignedLong(driver.learnKey()));
    }

    /** Writes a sound entry, but for what is said. */
    private void work(Act act) {
        int queue = number(act, "in");
        int index = number(act, "index");
        long entry = driver.workEntry(queue, index);
        driver.sound(entry, queue, (int) value(act, "length", 64), index);
        entry(act, WorkEntry.values(), entry);
    }

    private void peerWrites(Act act) {
        long count = value(act, "count", 1);
        for (int i = 0; i < count; i++) {
            int answer = driver.peerWrites(
                    number(act, "queue"),
                    number(act, "length"),
                    (int) value(act, "key", names.getOrDefault("key", 0L)),
                    number(act, "immediate") + i);
            if (answer != 0) {
                throw new IllegalStateException("the peer of the kit takes no more posts: code=" + answer);
            }
        }
    }

    private void event(Act act) {
        long produced = driver.read(Register.EVENT_PRODUCER);
        for (int i = 0; i < Math.min(produced, DriverBench.EVENTS); i++) {
            long entry = driver.eventEntry(i);
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
        int produced = (int) driver.read(queue, QueueRegister.COMPLETION_PRODUCER);
        int taken = (int) driver.read(queue, QueueRegister.SUBMISSION_TAKEN);
        marks++;
        driver.pattern(WORKS_BYTES, marks);
        driver.sound(driver.workEntry(queue, taken), queue, WORKS_BYTES, 7_000 + marks);
        entry(act, WorkEntry.values(), driver.workEntry(queue, taken));
        driver.write(queue, QueueRegister.SUBMISSION_DOORBELL, taken + 1L);
        driver.advance(WORKS_NS);
        requireSame(
                act,
                "COMPLETION_PRODUCER",
                driver.read(queue, QueueRegister.COMPLETION_PRODUCER),
                Integer.toUnsignedLong(produced + 1));
        long entry = driver.completionEntry(queue, produced);
        requireSame(act, "completion's status", CompletionEntry.STATUS.get(entry), 0);
        requireSame(act, "completion's cookie", CompletionEntry.COOKIE.get(entry), 7_000 + marks);
        int at = driver.misplaced(WORKS_BYTES, marks);
        if (at >= 0) {
            throw broken(act, "byte " + at + " is not placed at the peer");
        }
    }
}
