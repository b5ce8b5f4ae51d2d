package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.emulator.conformance.LinkPlan.Operation;
import io.heliograph.emulator.conformance.LinkSwitch.Flying;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.wire.PacketSize;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Runs a scenario with a switch between the device and a correct endpoint: one run, one object. */
final class LinkRunner {
    private static final int PEER = 2;
    private static final int POSTS_AT_ONCE = 32;

    private final Bench bench;
    private final DeviceSetup setup;
    private final LinkPlan plan;
    private final SplittableRandom random;
    private final Map<String, Long> names = new HashMap<>();
    private final boolean isPlain;
    private final LinkSide device;
    private final LinkSide peer;
    private final LinkJudge judge;

    LinkRunner(Bench bench, DeviceSetup setup, Draws draws, LinkPlan plan) {
        this.bench = bench;
        this.setup = setup;
        this.plan = plan;
        isPlain = draws.isPlain();
        random = draws.random();
        device = new LinkSide(bench.device, "the device");
        int incarnation = draws.peerIncarnation();
        bench.peer(PEER);
        // A network has one W (R4.3), and the peer must be able to take the device's frames.
        EndpointDevice reference = EndpointDevice.open(setup.with(setup.seed() + 1, incarnation, bench.device.nowNs())
                .withNode(PEER)
                .withPackets(bench.device.mtuBytes(), bench.device.windowPackets()));
        peer = new LinkSide(reference, "the peer");
        judge = new LinkJudge(bench, device, peer);
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
        long delayNs = plan.delay().value(names);
        if (!isPlain) {
            delayNs += random.nextLong(delayNs + 1);
        }
        Expression rate = plan.rate();
        RateTable table = rate == null ? null : loadRates(rate.value(names));
        plan.operations().forEach(this::prepare);
        LinkSwitch link = new LinkSwitch(bench.codec, plan, names, random, delayNs);
        long endNs = bench.device.nowNs() + plan.done().value(names) + lateNs();
        long pollNs = bench.device.nowNs();
        while (!device.isDone() || !peer.isDone()) {
            long nowNs = bench.device.nowNs();
            if (nowNs >= endNs) {
                throw judge.notDone(plan.done());
            }
            // Where a post takes time, packets pass between one and the next.
            device.post(peer, POSTS_AT_ONCE, isVirtual() ? POSTS_AT_ONCE : 1);
            peer.post(device, POSTS_AT_ONCE, POSTS_AT_ONCE);
            long horizonNs = Math.min(endNs, nowNs + Math.max(1_000, delayNs));
            horizonNs = Math.min(horizonNs, Math.max(nowNs, link.nextNs()));
            run(link, horizonNs);
            for (Flying each = link.arrived(horizonNs); each != null; each = link.arrived(horizonNs)) {
                arrive(each);
            }
            if (isVirtual() || bench.device.nowNs() >= pollNs) {
                judge.poll(device);
                pollNs = bench.device.nowNs() + bench.device.settleNs();
            }
            judge.poll(peer);
        }
        run(link, bench.device.nowNs() + bench.device.settleNs());
        judge.poll(device);
        judge.poll(peer);
        judge.end(plan, link, names, table, setup.engines());
    }

    private boolean isVirtual() {
        return bench.device.abilities().contains(DeviceUnderTest.Ability.VIRTUAL_TIME);
    }

    /** What a run may take longer in a time that is not virtual: the kit's own work costs some. */
    private long lateNs() {
        return isVirtual() ? 0 : bench.device.patienceNs();
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
        LinkSide from = operation.fromDevice() ? device : peer;
        LinkSide to = operation.fromDevice() ? peer : device;
        long count = operation.count().value(names);
        long least = operation.least().value(names);
        long most = operation.most().value(names);
        for (long i = 0; i < count; i++) {
            int length =
                    (int) (isPlain && least == most ? least : least + random.nextLong(Math.max(1, most - least + 1)));
            long sourceOffset = random.nextInt(LinkSide.sourceOffsets(length));
            boolean withImmediate =
                    operation.immediates() > 0 && i % operation.immediates() == operation.immediates() - 1;
            from.plan(to, (int) (i % operation.queues()), sourceOffset, length, withImmediate, operation.fenced());
        }
    }

    private void run(LinkSwitch link, long untilNs) {
        do {
            device.device.runUntil(untilNs);
            bench.collect((packet, number) -> link.pass(packet, true));
        } while (device.device.nowNs() < untilNs);
        do {
            peer.device.runUntil(untilNs);
            for (SentFrame sent : peer.device.take()) {
                WirePacket packet = bench.codec.decode(sent.bytes(), sent.timeNs());
                if (packet != null) {
                    link.pass(packet, false);
                }
            }
        } while (peer.device.nowNs() < untilNs);
    }

    private void arrive(Flying each) {
        if (each.toDevice()) {
            bench.deliver(each.frame());
        } else {
            peer.device.deliver(each.frame());
        }
    }
}
