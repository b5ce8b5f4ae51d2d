package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.Arrivals.Arrived;
import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plays a script against a device, step by step: one run, one object. */
final class ScriptRunner {
    /** Where the device's application writes to at its peers; there is no memory. */
    static final long REMOTE_ADDRESS = 0x5000_0000_0000L;

    static final long REMOTE_KEY = 0x5EC0_DE00L;

    private static final int FIRST_PEER = 2;
    /** A device that takes time gets frames of a burst one after the other. */
    private static final int GAPS_IN_SETTLING = 100;

    private final Bench bench;
    private final DeviceUnderTest device;
    private final Draws draws;
    private final DeviceSetup setup;
    private final Map<String, Long> names = new HashMap<>();
    private final Arrivals arrivals;
    private final MemoryModel memory;
    private final PacketMaker packets;
    private final AckJudge acks;
    private final ToldJudge told;
    private long markNs;

    ScriptRunner(Bench bench, DeviceSetup setup, Draws draws) {
        this.bench = bench;
        this.device = bench.device;
        this.setup = setup;
        this.draws = draws;
        arrivals = new Arrivals(bench);
        memory = new MemoryModel(bench, names);
        packets = new PacketMaker(bench, arrivals, names);
        acks = new AckJudge(bench, arrivals, names);
        told = new ToldJudge(bench, arrivals, names);
    }

    void run(Script script) {
        memory.begin();
        nameValues();
        markNs = device.nowNs();
        steps(script.steps());
        arrivals.settle();
        memory.compare("", "at the end");
    }

    private void nameValues() {
        names.put("W", (long) device.windowPackets());
        long payload = PacketSize.maxPayload(device.mtuBytes(), bench.address.isIpv4());
        names.put("P", payload);
        names.put("S", (long) device.receiveSlots());
        names.put("peers", (long) setup.maxPeers());
        names.put("remote", REMOTE_ADDRESS);
        names.put("rkey", REMOTE_KEY);
        int incarnation = device.incarnation();
        if (incarnation == 0) {
            incarnation = Greeting.incarnation(bench, arrivals, memory.region("target"), draws.peerIncarnation());
        }
        names.put("dut", Integer.toUnsignedLong(incarnation));
        names.put("peer", Integer.toUnsignedLong(draws.peerIncarnation()));
        names.put("entropy", (long) draws.entropy());
        names.put("base", (long) draws.base());
        names.put("line", setup.lineRateBitsPerSecond());
        // Of a full packet: Ethernet, IP, UDP, headers, payload, ICRC, and 24 of preamble, check sequence and gap.
        long ip = bench.address.isIpv4() ? 20 : 40;
        names.put("FULL", 14 + ip + 8 + PacketSize.DATA_HEADERS + payload + 4 + 24);
        names.put("EMPTY", 14 + ip + 8 + PacketSize.DATA_HEADERS + 4L + 24);
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
            case Step.Ack ack -> acks.judge(ack);
            case Step.Quiet quiet -> quiet(quiet);
            case Step.Wait wait -> arrivals.advance(device.nowNs() + wait.time().value(names));
            case Step.Forget _ -> {
                arrivals.settle();
                arrivals.drain((peer, packet) -> {});
            }
            case Step.Post post -> post(post);
            case Step.Completions completions -> told.judge(completions);
            case Step.Memory patches -> memory(patches);
            case Step.Register register ->
                memory.register(register.name(), MemoryModel.TARGET_BYTES, register.writable());
            case Step.Deregister deregister -> device.deregister(memory.region(deregister.name()));
            case Step.Incarnation incarnation ->
                packets.incarnation(
                        incarnation.peer(), (int) incarnation.value().value(names));
            case Step.Let let -> names.put(let.name(), let.value().value(names));
            case Step.Rates rates -> rates(rates);
            case Step.Deny deny ->
                device.denyPath(
                        bench.peer(FIRST_PEER).toString(), (int) deny.entropy().value(names));
            case Step.Pause pause ->
                deliver(PacketMaker.pause(
                        (int) pause.classes().value(names),
                        pause.microseconds().value(names),
                        setup.lineRateBitsPerSecond()));
            case Step.Repeat repeat -> {
                long times = repeat.times().value(names);
                for (long i = 0; i < times; i++) {
                    names.put(repeat.as(), i);
                    steps(repeat.steps());
                }
            }
        }
    }

    private void deliver(byte[] frame) {
        bench.deliver(frame);
        markNs = device.nowNs();
        arrivals.now();
    }

    private void send(Step.Send send) {
        Expression burst = send.burst();
        if (burst != null) {
            long times = burst.value(names);
            for (long i = 0; i < times; i++) {
                names.put("i", i);
                send.packets().forEach(each -> deliver(send, each));
            }
            arrivals.now();
            return;
        }
        for (PacketPlan each : send.packets()) {
            deliver(send, each);
            long gapNs = draws.gapNs() + device.settleNs() / GAPS_IN_SETTLING;
            if (gapNs > 0) {
                arrivals.advance(device.nowNs() + gapNs);
            }
        }
        arrivals.now();
    }

    private void deliver(Step.Send send, PacketPlan plan) {
        int from = (int) send.from().value(names);
        WirePacket packet = packets.packet(from, plan);
        acks.sender(from, packet.get(PacketField.ENGINE));
        bench.deliver(packets.frame(packet, plan));
        markNs = device.nowNs();
    }

    private void expect(Step.Expect expect) {
        int to = (int) expect.to().value(names);
        PacketMatch match = expect.packet();
        Expression before = expect.before();
        Expression after = expect.after();
        long untilNs = before == null
                ? device.nowNs() + device.patienceNs()
                : markNs + before.value(names) + device.toleranceNs();
        Arrived came = arrivals.next(to, match.kind(), untilNs);
        // What is sent again meanwhile is not what the scenario is about, unless it says so.
        while (came != null
                && came.isAgain()
                && (match.flagMask() & AinicLayout.RETRANSMITTED) == 0
                && !match.mismatch(came.packet(), names).isEmpty()) {
            came = arrivals.next(to, match.kind(), untilNs);
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
            throw broken(expect, came.number(), "expected " + wanted + ", but came " + came.packet() + ": " + wrong);
        }
        long tookNs = came.packet().timeNs() - markNs;
        if (after != null && tookNs < after.value(names) - device.toleranceNs()) {
            throw broken(
                    expect,
                    came.number(),
                    "came after " + tookNs + " ns, and must not before " + after.value(names) + " ns: "
                            + came.packet());
        }
        if (before != null && tookNs > before.value(names) + device.toleranceNs()) {
            throw broken(
                    expect,
                    came.number(),
                    "came after " + tookNs + " ns, and must before " + before.value(names) + " ns: " + came.packet());
        }
        if (after != null || before != null) {
            markNs = came.packet().timeNs();
        }
        WirePacket saved = came.packet();
        expect.saves().forEach((field, name) -> names.put(name, saved.get(field)));
    }

    private static BrokenRuleException broken(Step step, int packet, String what) {
        return new BrokenRuleException(step.rule(), packet, what + " (" + step.where() + ")");
    }

    private void quiet(Step.Quiet quiet) {
        Expression time = quiet.time();
        long untilNs = device.nowNs() + (time == null ? device.settleNs() : time.value(names) - device.toleranceNs());
        arrivals.advance(Math.max(device.nowNs(), untilNs));
        arrivals.drain((peer, each) -> {
            boolean isKnown = each.byTimer() || quiet.allowsAgain() && each.isAgain();
            if (!isKnown && !isNoise(peer, each.packet(), quiet.strict())) {
                throw broken(quiet, each.number(), "nothing was to be sent, but came " + each.packet());
            }
        });
    }

    /** Whether a packet may come at any time: probes, and SACKs that tell again what was told. */
    private boolean isNoise(int peer, WirePacket packet, boolean strict) {
        if (strict) {
            return false;
        }
        return packet.kind() == WireKind.PROBE || packet.kind() == WireKind.SACK && acks.isRepetition(peer, packet);
    }

    private void post(Step.Post post) {
        for (Step.WritePlan each : post.writes()) {
            Expression immediate = each.immediate();
            long at = each.at().value(names);
            int answer = device.post(new PostedWrite(
                    bench.peer(each.to()).toString(),
                    (int) each.queue().value(names),
                    memory.region("source"),
                    at,
                    each.length().value(names),
                    REMOTE_ADDRESS + at,
                    (int) REMOTE_KEY,
                    immediate == null ? null : (int) immediate.value(names),
                    each.fenced(),
                    each.cookie().value(names)));
            if (answer != 0) {
                throw broken(post, 0, "a post was refused with code " + answer);
            }
        }
        markNs = device.nowNs();
        arrivals.now();
    }

    private void memory(Step.Memory step) {
        for (Step.Patch each : step.patches()) {
            memory.expect(each.address().value(names), each.bytes().make(names), step.where());
        }
        arrivals.settle();
        memory.compare(step.rule(), step.where());
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
        arrivals.now();
        markNs = device.nowNs();
    }
}
