package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.DeviceUnderTest.Told;
import io.heliograph.emulator.conformance.LinkPlan.Event;
import io.heliograph.emulator.conformance.LinkPlan.Operation;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.transport.Completion;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.wire.PacketSize;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Runs a scenario with a switch between the device and a correct endpoint: one run, one object. */
final class LinkRunner {
    private static final int TARGET_BYTES = 1 << 20;
    private static final int SOURCE_BYTES = 1 << 18;
    private static final int MILLION = 1_000_000;
    private static final int PEER = 2;
    private static final int POSTS_AT_ONCE = 32;

    /** One WRITE of the run. */
    private static final class Message {
        final int queue;
        final long sourceOffset;
        final int targetOffset;
        final int length;
        final @Nullable Integer immediate;
        final boolean fenced;
        boolean completed;
        boolean fired;

        Message(
                int queue,
                long sourceOffset,
                int targetOffset,
                int length,
                @Nullable Integer immediate,
                boolean fenced) {
            this.queue = queue;
            this.sourceOffset = sourceOffset;
            this.targetOffset = targetOffset;
            this.length = length;
            this.immediate = immediate;
            this.fenced = fenced;
        }
    }

    /** One of the two ends. */
    private static final class Side {
        final DeviceUnderTest device;
        final Region target;
        final Region source;
        final byte[] model;
        final List<Message> messages = new ArrayList<>();
        final Deque<Integer> unposted = new ArrayDeque<>();
        int outstanding;
        int targetUsed;

        Side(DeviceUnderTest device) {
            this.device = device;
            target = device.register(TARGET_BYTES, true);
            source = device.register(SOURCE_BYTES, false);
            byte[] pattern = new byte[SOURCE_BYTES];
            for (int i = 0; i < SOURCE_BYTES; i++) {
                pattern[i] = PayloadPlan.sourceByte(i);
            }
            device.fill(source, pattern);
            model = device.read(target);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Flying(long atNs, long number, boolean toDevice, byte[] frame) {}

    private record Key(boolean fromDevice, WireKind kind, long engine, long psn) {}

    private final Bench bench;
    private final DeviceSetup setup;
    private final LinkPlan plan;
    private final SplittableRandom random;
    private final Map<String, Long> names = new HashMap<>();
    private final PriorityQueue<Flying> flying = new PriorityQueue<>(
            (a, b) -> a.atNs() != b.atNs() ? Long.compare(a.atNs(), b.atNs()) : Long.compare(a.number(), b.number()));
    private final Map<Key, Integer> iterations = new HashMap<>();
    private final boolean isPlain;
    private final Side device;
    private final Side peer;
    private long numbers;
    private long delayNs;

    LinkRunner(Bench bench, DeviceSetup setup, Draws draws, LinkPlan plan) {
        this.bench = bench;
        this.setup = setup;
        this.plan = plan;
        isPlain = draws.isPlain();
        random = draws.random();
        device = new Side(bench.device);
        int incarnation = draws.peerIncarnation();
        EndpointDevice reference = EndpointDevice.open(
                setup.with(setup.seed() + 1, incarnation, bench.device.nowNs()).withNode(PEER));
        peer = new Side(reference);
        names.put("W", (long) bench.device.windowPackets());
        names.put("P", (long) PacketSize.maxPayload(bench.device.mtuBytes(), bench.address.isIpv4()));
        names.put("dut", Integer.toUnsignedLong(bench.device.incarnation()));
        names.put("peer", Integer.toUnsignedLong(incarnation));
        names.put("target", device.target.address());
        names.put("target_key", Integer.toUnsignedLong(device.target.key()));
        names.put("peer_target", peer.target.address());
        names.put("peer_target_key", Integer.toUnsignedLong(peer.target.key()));
        names.put("base", 0L);
    }

    void run() {
        try {
            go();
        } finally {
            peer.device.close();
        }
    }

    private void go() {
        delayNs = plan.delay().value(names);
        if (!isPlain) {
            delayNs += random.nextLong(delayNs + 1);
        }
        RateTable table = null;
        if (plan.rate() != null) {
            table = loadRates(plan.rate().value(names));
        }
        plan.operations().forEach(this::prepare);
        long startNs = bench.device.nowNs();
        long endNs = startNs + plan.done().value(names);
        while (!isDone()) {
            long nowNs = bench.device.nowNs();
            if (nowNs >= endNs) {
                throw notDone();
            }
            post(device, peer);
            post(peer, device);
            long horizonNs = Math.min(endNs, nowNs + Math.max(1_000, delayNs));
            Flying head = flying.peek();
            if (head != null) {
                horizonNs = Math.min(horizonNs, Math.max(nowNs, head.atNs()));
            }
            run(horizonNs);
            while (!flying.isEmpty() && flying.peek().atNs() <= horizonNs) {
                arrive(flying.remove());
            }
            poll(device);
            poll(peer);
        }
        run(bench.device.nowNs() + bench.device.settleNs());
        poll(device);
        poll(peer);
        compare(device, "the device's memory");
        compare(peer, "the peer's memory");
        judge(table);
        counts();
    }

    private RateTable loadRates(long rate) {
        bench.device.addPeer(peer.device.address());
        bench.device.loadRates("line_rate_bps," + setup.lineRateBitsPerSecond() + "\nother_rate_bps,"
                + setup.lineRateBitsPerSecond() + "\nsource,destination,class,period_ns,start_ns,rate_bps\n"
                + bench.address
                + "," + peer.device.address() + ",0,,," + rate + "\n");
        return RateTable.builder(setup.lineRateBitsPerSecond())
                .flow(bench.address, IpAddress.parse(peer.device.address()), 0, rate)
                .build();
    }

    private void prepare(Operation operation) {
        Side from = operation.fromDevice() ? device : peer;
        Side to = operation.fromDevice() ? peer : device;
        long count = operation.count().value(names);
        long least = operation.least().value(names);
        long most = operation.most().value(names);
        for (long i = 0; i < count; i++) {
            int length =
                    (int) (isPlain && least == most ? least : least + random.nextLong(Math.max(1, most - least + 1)));
            if (to.targetUsed + length > TARGET_BYTES) {
                throw new IllegalStateException(
                        "the operations of the scenario need more than " + TARGET_BYTES + " bytes");
            }
            long sourceOffset = random.nextInt(SOURCE_BYTES - length + 1);
            int number = from.messages.size();
            boolean withImmediate =
                    operation.immediates() > 0 && i % operation.immediates() == operation.immediates() - 1;
            from.messages.add(new Message(
                    (int) (i % operation.queues()),
                    sourceOffset,
                    to.targetUsed,
                    length,
                    withImmediate ? (Integer) number : null,
                    operation.fenced()));
            from.unposted.add(number);
            for (int at = 0; at < length; at++) {
                to.model[to.device.guardBytes() + to.targetUsed + at] = PayloadPlan.sourceByte(sourceOffset + at);
            }
            to.targetUsed += length;
        }
    }

    private void post(Side from, Side to) {
        while (!from.unposted.isEmpty() && from.outstanding < POSTS_AT_ONCE) {
            int number = from.unposted.element();
            Message message = from.messages.get(number);
            int answer = from.device.post(new PostedWrite(
                    to.device.address(),
                    message.queue,
                    from.source,
                    message.sourceOffset,
                    message.length,
                    to.target.address() + message.targetOffset,
                    to.target.key(),
                    message.immediate,
                    message.fenced && message.immediate != null,
                    number));
            if (answer != 0) {
                return;
            }
            from.unposted.remove();
            from.outstanding++;
        }
    }

    private void run(long untilNs) {
        runSide(device, untilNs);
        runSide(peer, untilNs);
    }

    private void runSide(Side side, long untilNs) {
        boolean isDevice = side == device;
        do {
            side.device.runUntil(untilNs);
            if (isDevice) {
                bench.collect((packet, number) -> pass(packet, true));
            } else {
                for (SentFrame sent : side.device.take()) {
                    WirePacket packet = bench.codec.decode(sent.bytes(), sent.timeNs());
                    if (packet != null) {
                        pass(packet, false);
                    }
                }
            }
        } while (side.device.nowNs() < untilNs);
    }

    /** A packet comes to the switch. */
    private void pass(WirePacket packet, boolean fromDevice) {
        Key key = new Key(
                fromDevice,
                packet.kind(),
                packet.get(packet.kind() == WireKind.DATA ? PacketField.ENGINE : PacketField.TO_ENGINE),
                packet.get(PacketField.PSN));
        int iteration = iterations.merge(key, 1, Integer::sum);
        long atNs = packet.timeNs() + delayNs;
        byte[] frame = packet.frame();
        for (Event each : plan.events()) {
            PsnSet psns = each.psns();
            boolean fits = each.fromDevice() == fromDevice
                    && each.kind() == packet.kind()
                    && each.engine() == key.engine()
                    && (each.iteration() == 0 || each.iteration() == iteration)
                    && (psns == null || psns.make(names).contains(key.psn()));
            if (!fits) {
                continue;
            }
            long value = each.value().value(names);
            switch (each.deed()) {
                case DROP -> {
                    return;
                }
                case DUPLICATE -> fly(atNs + value, !fromDevice, frame);
                case DELAY -> atNs += value;
                case CORRUPT -> frame = FrameDamage.corrupted(frame, (int) value);
                case TRIM -> frame = FrameDamage.trimmed(frame, (int) value);
                case FORGE -> fly(atNs, !fromDevice, forged(each, packet));
            }
        }
        frame = noise(packet, frame);
        if (frame.length > 0) {
            fly(atNs + (chance(plan.noise().delay()) ? random.nextLong(20 * delayNs + 1) : 0), !fromDevice, frame);
            if (chance(plan.noise().duplicate())) {
                fly(atNs + random.nextLong(10 * delayNs + 1), !fromDevice, frame);
            }
        }
    }

    private boolean chance(int parts) {
        return parts > 0 && random.nextInt(MILLION) < parts;
    }

    /** What chance does to a frame; nothing is left of it when it is lost. */
    private byte[] noise(WirePacket packet, byte[] frame) {
        if (chance(plan.noise().loss())) {
            return new byte[0];
        }
        if (chance(plan.noise().corrupt())) {
            return FrameDamage.corrupted(frame, random.nextInt(8 * frame.length));
        }
        if (packet.kind() == WireKind.DATA && chance(plan.noise().trim())) {
            return FrameDamage.trimmed(frame, 120 + random.nextInt(17));
        }
        return frame;
    }

    /** Fields that the forger does not name are those of the packet that it stands in front of. */
    private byte[] forged(Event event, WirePacket like) {
        PacketPlan forgery = event.forged();
        if (forgery == null) {
            throw new IllegalStateException("no packet to forge");
        }
        Map<PacketField, Long> fields = new EnumMap<>(PacketField.class);
        if (forgery.kind() == like.kind()) {
            fields.putAll(like.fields());
        } else {
            for (PacketField each : List.of(PacketField.DST, PacketField.SRC, PacketField.ENTROPY)) {
                fields.put(each, like.get(each));
            }
        }
        forgery.fields().forEach((field, value) -> fields.put(field, field.cut(value.value(names))));
        return bench.codec.encode(new WirePacket(
                forgery.kind(),
                like.source(),
                like.destination(),
                fields,
                forgery.payload().make(names),
                like.timeNs(),
                new byte[0]));
    }

    private void fly(long atNs, boolean toDevice, byte[] frame) {
        flying.add(new Flying(atNs, numbers++, toDevice, frame));
    }

    private void arrive(Flying each) {
        if (each.toDevice()) {
            bench.deliver(each.frame());
        } else {
            peer.device.deliver(each.frame());
        }
    }

    private void poll(Side side) {
        Side other = side == device ? peer : device;
        for (Told told : side.device.poll(POSTS_AT_ONCE)) {
            if (told.kind() == Completion.WRITE) {
                completed(side, told);
            } else if (told.kind() == Completion.IMMEDIATE) {
                fired(other, told, side == device);
            } else if (side == device) {
                throw new BrokenRuleException(
                        "R1.8",
                        bench.trace().size(),
                        "the relation ended though the peer is there: " + CompletionMatch.text(told));
            }
        }
    }

    private void completed(Side side, Told told) {
        if (told.cookie() < 0 || told.cookie() >= side.messages.size()) {
            throw new BrokenRuleException(
                    "R6.3", bench.trace().size(), "a completion of nothing that was posted: " + told);
        }
        Message message = side.messages.get((int) told.cookie());
        if (message.completed) {
            throw new BrokenRuleException(
                    "R6.3", bench.trace().size(), "completed twice: " + CompletionMatch.text(told));
        }
        if (told.status() != 0) {
            throw new BrokenRuleException("", bench.trace().size(), "failed: " + CompletionMatch.text(told));
        }
        message.completed = true;
        side.outstanding--;
        Side other = side == device ? peer : device;
        byte[] memory = other.device.read(other.target);
        int from = other.device.guardBytes() + message.targetOffset;
        int at = Arrays.mismatch(memory, from, from + message.length, other.model, from, from + message.length);
        if (at >= 0) {
            throw new BrokenRuleException(
                    side == device ? "R6.1" : "R6.2",
                    bench.trace().size(),
                    CompletionMatch.text(told) + ", but byte " + at + " of its " + message.length + " is not placed");
        }
    }

    private void fired(Side sender, Told told, boolean atDevice) {
        String who = atDevice ? "at the device" : "at the peer";
        if (told.immediate() < 0 || told.immediate() >= sender.messages.size()) {
            throw new BrokenRuleException(
                    "R5.1",
                    bench.trace().size(),
                    "an immediate that nobody sent fired " + who + ": " + told.immediate());
        }
        Message message = sender.messages.get(told.immediate());
        if (message.fired || message.immediate == null) {
            throw new BrokenRuleException(
                    "R5.1", bench.trace().size(), "fired twice " + who + ": immediate " + told.immediate());
        }
        message.fired = true;
        Side receiver = sender == device ? peer : device;
        int least = message.fenced ? 0 : told.immediate();
        byte[] memory = receiver.device.read(receiver.target);
        for (int i = least; i <= told.immediate(); i++) {
            Message earlier = sender.messages.get(i);
            if (earlier.queue != message.queue) {
                continue;
            }
            int from = receiver.device.guardBytes() + earlier.targetOffset;
            int at = Arrays.mismatch(memory, from, from + earlier.length, receiver.model, from, from + earlier.length);
            if (at >= 0) {
                throw new BrokenRuleException(
                        i == told.immediate() ? "R5.1" : "R5.2",
                        bench.trace().size(),
                        "immediate " + told.immediate() + " fired " + who + " before byte " + at + " of message " + i
                                + " was placed");
            }
        }
    }

    private boolean isDone() {
        return isDone(device) && isDone(peer);
    }

    private static boolean isDone(Side side) {
        for (Message each : side.messages) {
            if (!each.completed || each.immediate != null && !each.fired) {
                return false;
            }
        }
        return true;
    }

    private BrokenRuleException notDone() {
        for (Side side : List.of(device, peer)) {
            for (int i = 0; i < side.messages.size(); i++) {
                Message each = side.messages.get(i);
                String who = side == device ? "the device" : "the peer";
                if (!each.completed) {
                    return new BrokenRuleException(
                            "",
                            bench.trace().size(),
                            "message " + i + " of " + who + " (" + each.length + " bytes) did not complete within "
                                    + plan.done());
                }
                if (each.immediate != null && !each.fired) {
                    return new BrokenRuleException(
                            "R5.1", bench.trace().size(), "immediate " + i + " of " + who + " never fired");
                }
            }
        }
        return new BrokenRuleException("", bench.trace().size(), "not done");
    }

    private void compare(Side side, String what) {
        byte[] actual = side.device.read(side.target);
        int at = Arrays.mismatch(actual, side.model);
        if (at >= 0) {
            throw new BrokenRuleException(
                    "R4.1",
                    bench.trace().size(),
                    what + " is not as it must be at offset " + (at - side.device.guardBytes())
                            + ": holds 0x%02x and must hold 0x%02x".formatted(actual[at], side.model[at]));
        }
    }

    private void judge(@Nullable RateTable table) {
        TraceJudge judge = new TraceJudge(
                bench.address,
                true,
                bench.device.windowPackets(),
                table == null ? null : new PacingJudge(table, setup.engines(), 1_000 + bench.device.toleranceNs()));
        int number = 0;
        for (TracedFrame each : bench.trace()) {
            number++;
            WirePacket packet = bench.codec.decode(each.bytes(), each.timeNs());
            if (packet != null && packet.kind() != WireKind.PAUSE) {
                judge.add(packet, bench.codec.isTrimmed(), number);
            }
        }
        if (!judge.findings().isEmpty()) {
            TraceJudge.Finding first = judge.findings().getFirst();
            throw new BrokenRuleException(first.rule(), first.packet(), first.what());
        }
    }

    private void counts() {
        for (LinkPlan.Count each : plan.counts()) {
            for (long psn : each.psns().make(names)) {
                int times = iterations.getOrDefault(new Key(each.fromDevice(), WireKind.DATA, 0, psn), 0);
                if (times < each.least() || times > each.most()) {
                    throw new BrokenRuleException(
                            each.rule(),
                            bench.trace().size(),
                            "PSN " + psn + " was sent " + times + " times, and must be " + each.least() + " to "
                                    + each.most() + " times (" + each.where() + ")");
                }
            }
        }
    }
}
