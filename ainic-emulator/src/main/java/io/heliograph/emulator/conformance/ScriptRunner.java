package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketSize;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Plays a script against a device: one run, one object. */
final class ScriptRunner {
    /** Bytes of the region that peers may write to. */
    static final int TARGET_BYTES = 1 << 16;

    /** Bytes of the region that the device sends from. */
    static final int SOURCE_BYTES = 1 << 18;

    /** Where the device's application writes to at its peers; there is no memory. */
    static final long REMOTE_ADDRESS = 0x5000_0000_0000L;

    static final long REMOTE_KEY = 0x5EC0_DE00L;

    private static final byte UNTOUCHED = 0x5A;
    private static final int FIRST_PEER = 2;
    private static final int PAUSE_QUANTUM_BITS = 512;
    /** A device that takes time gets frames of a burst one after the other. */
    private static final int GAPS_IN_SETTLING = 100;

    private record Arrived(WirePacket packet, int number) {}

    /** A region and what it must hold, guards included. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Modelled(Region region, byte[] model) {}

    private record FlowKey(int peer, long engine) {}

    private record ToldKey(int peer, long engine, long incarnation) {}

    private final Bench bench;
    private final DeviceUnderTest device;
    private final Draws draws;
    private final DeviceSetup setup;
    private final Map<String, Long> names = new HashMap<>();
    private final Map<Integer, Integer> incarnations = new HashMap<>();
    private final Map<Integer, Map<WireKind, Deque<Arrived>>> inbox = new TreeMap<>();
    private final Map<IpAddress, Integer> peers = new HashMap<>();
    private final Set<FlowKey> senders = new HashSet<>();
    private final Map<FlowKey, NavigableSet<Long>> acknowledged = new HashMap<>();
    private final Map<ToldKey, TreeSet<Long>> everTold = new HashMap<>();
    private final Map<FlowKey, Map<Long, Long>> entropies = new HashMap<>();
    private final Map<String, Modelled> regions = new HashMap<>();
    private long markNs;

    ScriptRunner(Bench bench, DeviceSetup setup, Draws draws) {
        this.bench = bench;
        this.device = bench.device;
        this.setup = setup;
        this.draws = draws;
    }

    void run(Script script) {
        begin();
        steps(script.steps());
        settle();
        compareMemory("");
    }

    private void begin() {
        register("target", TARGET_BYTES, true);
        register("source", SOURCE_BYTES, false);
        Modelled source = modelled("source");
        byte[] pattern = new byte[source.region().lengthBytes()];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = PayloadPlan.sourceByte(i);
        }
        device.fill(source.region(), pattern);
        System.arraycopy(pattern, 0, source.model(), device.guardBytes(), pattern.length);
        names.put("W", (long) device.windowPackets());
        names.put("P", (long) PacketSize.maxPayload(device.mtuBytes(), bench.address.isIpv4()));
        names.put("S", (long) device.receiveSlots());
        names.put("peers", (long) setup.maxPeers());
        names.put("remote", REMOTE_ADDRESS);
        names.put("rkey", REMOTE_KEY);
        names.put("dut", Integer.toUnsignedLong(device.incarnation()));
        names.put("peer", Integer.toUnsignedLong(draws.peerIncarnation()));
        names.put("entropy", (long) draws.entropy());
        names.put("base", (long) draws.base());
        names.put("line", setup.lineRateBitsPerSecond());
        // Of a full packet: Ethernet, IP, UDP, headers, payload, ICRC, and 24 of preamble, check sequence and gap.
        long ip = bench.address.isIpv4() ? 20 : 40;
        names.put("FULL", 14 + ip + 8 + PacketSize.DATA_HEADERS + name("P") + 4 + 24);
        names.put("EMPTY", 14 + ip + 8 + PacketSize.DATA_HEADERS + 4L + 24);
        markNs = device.nowNs();
    }

    private long name(String key) {
        Long value = names.get(key);
        return value == null ? 0 : value;
    }

    private void register(String name, int lengthBytes, boolean writable) {
        Region region = device.register(lengthBytes, writable);
        byte[] model = device.read(region);
        if (!name.equals("source") && device.guardBytes() > 0) {
            Arrays.fill(model, UNTOUCHED);
        }
        regions.put(name, new Modelled(region, model));
        names.put(name, region.address());
        names.put(name + "_key", Integer.toUnsignedLong(region.key()));
        names.put(name + "_end", region.address() + region.lengthBytes());
    }

    private Modelled modelled(String name) {
        Modelled found = regions.get(name);
        if (found == null) {
            throw new IllegalStateException("no region is called " + name);
        }
        return found;
    }

    private void steps(List<Step> steps) {
        for (Step each : steps) {
            step(each);
        }
    }

    private void step(Step step) {
        switch (step) {
            case Step.Send send -> send(send);
            case Step.Expect expect -> expect(expect);
            case Step.Ack ack -> ack(ack);
            case Step.Quiet quiet -> quiet(quiet);
            case Step.Wait wait -> advance(device.nowNs() + wait.time().value(names));
            case Step.Forget _ -> {
                settle();
                inbox.clear();
            }
            case Step.Post post -> post(post);
            case Step.Completions completions -> completions(completions);
            case Step.Memory memory -> memory(memory);
            case Step.Register register -> register(register.name(), TARGET_BYTES, register.writable());
            case Step.Deregister deregister ->
                device.deregister(modelled(deregister.name()).region());
            case Step.Incarnation incarnation ->
                incarnations.put(incarnation.peer(), (int) incarnation.value().value(names));
            case Step.Let let -> names.put(let.name(), let.value().value(names));
            case Step.Rates rates -> rates(rates);
            case Step.Deny deny ->
                device.denyPath(
                        bench.peer(FIRST_PEER).toString(), (int) deny.entropy().value(names));
            case Step.Pause pause -> pause(pause);
            case Step.Repeat repeat -> {
                long times = repeat.times().value(names);
                for (long i = 0; i < times; i++) {
                    names.put(repeat.as(), i);
                    steps(repeat.steps());
                }
            }
        }
    }

    private void collect() {
        bench.collect((packet, number) -> {
            int peer =
                    packet.kind() == WireKind.PAUSE ? 0 : peers.computeIfAbsent(packet.destination(), this::numberOf);
            if (packet.kind() == WireKind.DATA) {
                entropies
                        .computeIfAbsent(new FlowKey(peer, packet.get(PacketField.ENGINE)), any -> new HashMap<>())
                        .put(packet.get(PacketField.PSN), packet.get(PacketField.ENTROPY));
                long expectedClass = packet.get(PacketField.QUEUE) == 1 ? DeviceSetup.CLASS_OF_QUEUE_1 : 0;
                if (device.abilities().contains(DeviceUnderTest.Ability.SETUP)
                        && packet.get(PacketField.CLASS) != expectedClass) {
                    throw new BrokenRuleException(
                            "R12.6",
                            number,
                            "a data packet that is not of its queue's class " + expectedClass + ": " + packet);
                }
            }
            inbox.computeIfAbsent(peer, any -> new EnumMap<>(WireKind.class))
                    .computeIfAbsent(packet.kind(), any -> new ArrayDeque<>())
                    .add(new Arrived(packet, number));
        });
    }

    private int numberOf(IpAddress address) {
        return (int) (address.low() & 0xFF);
    }

    private Deque<Arrived> arrived(int peer, WireKind kind) {
        return inbox.computeIfAbsent(peer, any -> new EnumMap<>(WireKind.class))
                .computeIfAbsent(kind, any -> new ArrayDeque<>());
    }

    /** Time passes, and what comes is kept. */
    private void advance(long untilNs) {
        do {
            device.runUntil(untilNs);
            collect();
        } while (device.nowNs() < untilNs);
        device.runUntil(untilNs);
        collect();
    }

    private void settle() {
        advance(device.nowNs() + device.settleNs());
    }

    private void send(Step.Send send) {
        for (PacketPlan each : send.packets()) {
            WirePacket packet = packet((int) send.from().value(names), each);
            senders.add(new FlowKey((int) send.from().value(names), packet.get(PacketField.ENGINE)));
            byte[] frame = bench.codec.encode(packet);
            for (PacketPlan.Damage damage : each.damage()) {
                frame = damaged(frame, damage);
            }
            bench.deliver(frame);
            markNs = device.nowNs();
            long gapNs = draws.gapNs() + device.settleNs() / GAPS_IN_SETTLING;
            if (gapNs > 0) {
                advance(device.nowNs() + gapNs);
            }
        }
        device.runUntil(device.nowNs());
        collect();
    }

    private WirePacket packet(int from, PacketPlan plan) {
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        fields.put(PacketField.SRC, Integer.toUnsignedLong(incarnations.getOrDefault(from, (int) name("peer"))));
        fields.put(PacketField.ENTROPY, name("entropy"));
        byte[] payload = new byte[0];
        if (plan.kind() == WireKind.DATA) {
            payload = plan.payload().make(names);
            fields.put(PacketField.OF, 1L);
            fields.put(PacketField.ADDRESS, name("target") + name("base"));
            fields.put(PacketField.KEY, name("target_key"));
        } else {
            fields.put(PacketField.CLASS, 6L);
            fields.put(PacketField.DST, name("dut"));
        }
        plan.fields().forEach((field, value) -> fields.put(field, field.cut(value.value(names))));
        if (plan.kind() == WireKind.SACK && !fields.containsKey(PacketField.PSN)) {
            fields.put(PacketField.PSN, PacketField.PSN.cut(fields.getOrDefault(PacketField.CUMULATIVE, 0L) - 1));
        }
        if ((plan.kind() == WireKind.SACK || plan.kind() == WireKind.NACK)
                && !fields.containsKey(PacketField.REFLECTED)) {
            FlowKey flow = new FlowKey(from, fields.getOrDefault(PacketField.TO_ENGINE, 0L));
            fields.put(
                    PacketField.REFLECTED,
                    entropies
                            .getOrDefault(flow, Map.of())
                            .getOrDefault(fields.getOrDefault(PacketField.PSN, 0L), name("entropy")));
        }
        return new WirePacket(
                plan.kind(), bench.peer(from), bench.address, fields, payload, device.nowNs(), new byte[0]);
    }

    private byte[] damaged(byte[] frame, PacketPlan.Damage damage) {
        return switch (damage) {
            case PacketPlan.Damage.Cut cut ->
                Arrays.copyOf(frame, Math.min(frame.length, (int) cut.bytes().value(names)));
            case PacketPlan.Damage.Trim trim ->
                FrameDamage.trimmed(frame, (int) trim.bytes().value(names));
            case PacketPlan.Damage.Flip flip -> {
                byte[] copy = frame.clone();
                copy[index(flip.index(), frame)] ^= (byte) (1 << flip.bit().value(names));
                yield copy;
            }
            case PacketPlan.Damage.Put put -> {
                byte[] copy = frame.clone();
                copy[index(put.index(), frame)] = (byte) put.value().value(names);
                yield copy;
            }
            case PacketPlan.Damage.Pad pad -> {
                byte[] longer =
                        Arrays.copyOf(frame, frame.length + (int) pad.bytes().value(names));
                Arrays.fill(longer, frame.length, longer.length, (byte) 0xAB);
                yield longer;
            }
            case PacketPlan.Damage.Sign _ -> bench.codec.sign(frame);
        };
    }

    /** Negative ones count from the end. */
    private int index(Expression expression, byte[] frame) {
        int index = (int) expression.value(names);
        return index < 0 ? frame.length + index : index;
    }

    private void pause(Step.Pause pause) {
        int classes = (int) pause.classes().value(names);
        long quanta =
                pause.microseconds().value(names) * setup.lineRateBitsPerSecond() / 1_000_000 / PAUSE_QUANTUM_BITS;
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.put(new byte[] {0x01, (byte) 0x80, (byte) 0xC2, 0, 0, 1, 2, 0, 0, 0, 0, 2})
                .putShort((short) 0x8808)
                .putShort((short) 0x0101)
                .putShort((short) classes);
        for (int i = 0; i < 8; i++) {
            frame.putShort((short) ((classes & 1 << i) == 0 ? 0 : Math.min(0xFFFF, quanta)));
        }
        bench.deliver(frame.array());
        markNs = device.nowNs();
        device.runUntil(device.nowNs());
        collect();
    }

    /** The next packet of a kind, if it comes in time. */
    private @Nullable Arrived next(int peer, WireKind kind, long untilNs) {
        while (true) {
            device.runUntil(device.nowNs());
            collect();
            Arrived first = arrived(peer, kind).poll();
            if (first != null) {
                return first;
            }
            if (device.nowNs() >= untilNs) {
                return null;
            }
            device.runUntil(untilNs);
            collect();
        }
    }

    private void expect(Step.Expect expect) {
        int to = (int) expect.to().value(names);
        PacketMatch match = expect.packet();
        Expression before = expect.before();
        Expression after = expect.after();
        long untilNs = before == null
                ? device.nowNs() + device.settleNs()
                : markNs + before.value(names) + device.toleranceNs();
        Arrived came = next(to, match.kind(), untilNs);
        // What is sent again meanwhile is not what the scenario is about, unless it says so.
        while (came != null
                && isAgain(came.packet())
                && (match.flagMask() & AinicLayout.RETRANSMITTED) == 0
                && !match.mismatch(came.packet(), names).isEmpty()) {
            came = next(to, match.kind(), untilNs);
        }
        String wanted = match.describe(names);
        if (came == null) {
            throw new BrokenRuleException(
                    expect.rule(),
                    bench.trace().size(),
                    "expected " + wanted + " to peer " + to + " within " + Math.max(0, untilNs - markNs)
                            + " ns, but none came (" + expect.where() + ")");
        }
        String wrong = match.mismatch(came.packet(), names);
        if (!wrong.isEmpty()) {
            throw new BrokenRuleException(
                    expect.rule(),
                    came.number(),
                    "expected " + wanted + ", but came " + came.packet() + ": " + wrong + " (" + expect.where() + ")");
        }
        long tookNs = came.packet().timeNs() - markNs;
        if (after != null && tookNs < after.value(names) - device.toleranceNs()) {
            throw new BrokenRuleException(
                    expect.rule(),
                    came.number(),
                    "came after " + tookNs + " ns, and must not before " + after.value(names) + " ns: " + came.packet()
                            + " (" + expect.where() + ")");
        }
        if (before != null && tookNs > before.value(names) + device.toleranceNs()) {
            throw new BrokenRuleException(
                    expect.rule(),
                    came.number(),
                    "came after " + tookNs + " ns, and must before " + before.value(names) + " ns: " + came.packet()
                            + " (" + expect.where() + ")");
        }
        if (expect.after() != null || expect.before() != null) {
            markNs = came.packet().timeNs();
        }
        WirePacket saved = came.packet();
        expect.saves().forEach((field, name) -> names.put(name, saved.get(field)));
    }

    private void ack(Step.Ack ack) {
        int to = (int) ack.to().value(names);
        NavigableSet<Long> wanted = ack.told().make(names);
        long engine = ack.engine().value(names);
        acknowledged.put(new FlowKey(to, engine), wanted);
        TreeSet<Long> told = new TreeSet<>();
        boolean matched = false;
        String lastWrong = "";
        int lastNumber = bench.trace().size();
        long untilNs = device.nowNs() + device.settleNs();
        boolean any = false;
        List<Arrived> held = new ArrayList<>();
        while (true) {
            Arrived came = next(to, WireKind.SACK, untilNs);
            if (came == null) {
                break;
            }
            WirePacket sack = came.packet();
            if (sack.get(PacketField.TO_ENGINE) != engine) {
                if (!senders.contains(new FlowKey(to, sack.get(PacketField.TO_ENGINE)))) {
                    throw new BrokenRuleException(
                            "R10.2", came.number(), "a SACK for an engine that sent nothing: " + sack);
                }
                held.add(came);
                continue;
            }
            any = true;
            NavigableSet<Long> these = SackBits.told(sack);
            checkTruth(ack, wanted, these, came);
            TreeSet<Long> ever = everTold.computeIfAbsent(
                    new ToldKey(to, engine, sack.get(PacketField.DST)), none -> new TreeSet<>());
            ever.addAll(these);
            told.addAll(ever);
            String wrong = ack.packet().mismatch(sack, names);
            matched |= wrong.isEmpty();
            if (!wrong.isEmpty()) {
                lastWrong = wrong;
                lastNumber = came.number();
            }
        }
        arrived(to, WireKind.SACK).addAll(held);
        if (!any || !told.containsAll(wanted)) {
            TreeSet<Long> missing = new TreeSet<>(wanted);
            missing.removeAll(told);
            throw new BrokenRuleException(
                    ack.rule(),
                    bench.trace().size(),
                    (any
                                    ? "PSNs that were accepted are not acknowledged: " + missing
                                    : "expected a SACK, but none came")
                            + " (" + ack.where() + ")");
        }
        if (!matched) {
            throw new BrokenRuleException(
                    ack.rule(), lastNumber, "no SACK is as it must be: " + lastWrong + " (" + ack.where() + ")");
        }
    }

    private static void checkTruth(Step.Ack ack, NavigableSet<Long> wanted, NavigableSet<Long> these, Arrived came) {
        TreeSet<Long> lies = new TreeSet<>(these);
        lies.removeAll(wanted);
        if (!lies.isEmpty()) {
            throw new BrokenRuleException(
                    ack.rule(),
                    came.number(),
                    "acknowledges PSN " + lies.getFirst() + ", which was not accepted: " + came.packet() + " ("
                            + ack.where() + ")");
        }
    }

    private void quiet(Step.Quiet quiet) {
        Expression time = quiet.time();
        long untilNs = device.nowNs() + (time == null ? device.settleNs() : time.value(names) - device.toleranceNs());
        advance(Math.max(device.nowNs(), untilNs));
        inbox.forEach((peer, kinds) -> kinds.forEach((kind, queue) -> {
            for (Arrived each : queue) {
                if (isNoise(peer, each.packet(), quiet.strict()) || quiet.allowsAgain() && isAgain(each.packet())) {
                    continue;
                }
                throw new BrokenRuleException(
                        quiet.rule(),
                        each.number(),
                        "nothing was to be sent, but came " + each.packet() + " (" + quiet.where() + ")");
            }
            queue.clear();
        }));
    }

    private static boolean isAgain(WirePacket packet) {
        return packet.kind() == WireKind.DATA && (packet.getInt(PacketField.FLAGS) & AinicLayout.RETRANSMITTED) != 0;
    }

    /** Whether a packet may come at any time: probes, and SACKs that tell again what was told. */
    private boolean isNoise(int peer, WirePacket packet, boolean strict) {
        if (packet.kind() == WireKind.PROBE) {
            return !strict;
        }
        if (packet.kind() != WireKind.SACK || strict) {
            return false;
        }
        NavigableSet<Long> known = acknowledged.get(new FlowKey(peer, packet.get(PacketField.TO_ENGINE)));
        return known != null && known.containsAll(SackBits.told(packet));
    }

    private void post(Step.Post post) {
        for (Step.WritePlan each : post.writes()) {
            Expression immediate = each.immediate();
            long at = each.at().value(names);
            int answer = device.post(new PostedWrite(
                    bench.peer(each.to()).toString(),
                    (int) each.queue().value(names),
                    modelled("source").region(),
                    at,
                    each.length().value(names),
                    REMOTE_ADDRESS + at,
                    (int) REMOTE_KEY,
                    immediate == null ? null : (int) immediate.value(names),
                    each.fenced(),
                    each.cookie().value(names)));
            if (answer != 0) {
                throw new BrokenRuleException(
                        post.rule(), 0, "a post was refused with code " + answer + " (" + post.where() + ")");
            }
        }
        markNs = device.nowNs();
        device.runUntil(device.nowNs());
        collect();
    }

    private void completions(Step.Completions step) {
        List<CompletionMatch> open = new ArrayList<>(step.expected());
        Expression within = step.within();
        long untilNs = device.nowNs() + (within == null ? device.settleNs() : within.value(names));
        while (!open.isEmpty()) {
            Told told = nextTold(untilNs);
            if (told == null) {
                throw new BrokenRuleException(
                        step.rule(),
                        bench.trace().size(),
                        "the application was not told: " + open.getFirst().describe(names) + " (" + step.where() + ")");
            }
            CompletionMatch fits = step.ordered()
                    ? open.getFirst().matches(told, names) ? open.getFirst() : null
                    : open.stream()
                            .filter(each -> each.matches(told, names))
                            .findFirst()
                            .orElse(null);
            if (fits == null) {
                throw new BrokenRuleException(
                        step.rule(),
                        bench.trace().size(),
                        "expected " + open.getFirst().describe(names) + ", but the application was told: "
                                + CompletionMatch.text(told) + " (" + step.where() + ")");
            }
            open.remove(fits);
        }
        if (step.expected().isEmpty()) {
            Told told = nextTold(untilNs);
            if (told != null) {
                throw new BrokenRuleException(
                        step.rule(),
                        bench.trace().size(),
                        "the application was to be told nothing, but was: " + CompletionMatch.text(told) + " ("
                                + step.where() + ")");
            }
        }
    }

    private @Nullable Told nextTold(long untilNs) {
        while (true) {
            device.runUntil(device.nowNs());
            collect();
            List<Told> told = device.poll(1);
            if (!told.isEmpty()) {
                return told.getFirst();
            }
            if (device.nowNs() >= untilNs) {
                return null;
            }
            // In parts, for a completion does not end the wait.
            device.runUntil(Math.min(untilNs, device.nowNs() + Math.max(1, (untilNs - device.nowNs()) / 8)));
            collect();
        }
    }

    private void memory(Step.Memory step) {
        for (Step.Patch each : step.patches()) {
            long address = each.address().value(names);
            byte[] bytes = each.bytes().make(names);
            Modelled at = regions.values().stream()
                    .filter(one -> address >= one.region().address()
                            && address + bytes.length
                                    <= one.region().address() + one.region().lengthBytes())
                    .findFirst()
                    .orElseThrow(() -> new InputFileException(step.where(), "the bytes are in no region"));
            System.arraycopy(
                    bytes,
                    0,
                    at.model(),
                    (int) (device.guardBytes() + address - at.region().address()),
                    bytes.length);
        }
        settle();
        compareMemory(step.rule().isEmpty() ? "@" + step.where() : step.rule() + "@" + step.where());
    }

    private void compareMemory(String ruleAndWhere) {
        int split = ruleAndWhere.indexOf('@');
        String rule = split < 0 ? "" : ruleAndWhere.substring(0, split);
        String where = split < 0 ? "at the end" : ruleAndWhere.substring(split + 1);
        regions.forEach((name, each) -> {
            byte[] actual = device.read(each.region());
            int at = Arrays.mismatch(actual, each.model());
            if (at >= 0) {
                throw new BrokenRuleException(
                        rule,
                        bench.trace().size(),
                        "memory is not as it must be: region '" + name + "' offset " + (at - device.guardBytes())
                                + " holds 0x%02x and must hold 0x%02x".formatted(actual[at], each.model()[at]) + " ("
                                + where + ")");
            }
        });
    }

    private void rates(Step.Rates step) {
        StringBuilder table = new StringBuilder();
        if (!step.ratesByClass().isEmpty()) {
            device.addPeer(bench.peer(FIRST_PEER).toString());
            table.append("line_rate_bps,").append(setup.lineRateBitsPerSecond()).append('\n');
            table.append("other_rate_bps,")
                    .append(setup.lineRateBitsPerSecond())
                    .append('\n');
            table.append("source,destination,class,period_ns,start_ns,rate_bps\n");
            step.ratesByClass()
                    .forEach((trafficClass, rate) -> table.append(bench.address)
                            .append(',')
                            .append(bench.peer(FIRST_PEER))
                            .append(',')
                            .append(trafficClass)
                            .append(",,,")
                            .append(rate.value(names))
                            .append('\n'));
        }
        device.loadRates(table.toString());
        device.runUntil(device.nowNs());
        collect();
        markNs = device.nowNs();
    }
}
