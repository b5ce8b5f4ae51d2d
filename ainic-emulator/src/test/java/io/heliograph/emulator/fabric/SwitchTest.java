package io.heliograph.emulator.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.wire.PacketKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts around one switch; packets of 1,000 payload bytes count 1,000 on the line, all others 100, so that the arithmetic is easy: 80 ns and 8 ns at 100 Gbit/s. */
final class SwitchTest {
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000_000);
    private static final FabricConfig CONFIG = FabricConfig.DEFAULT
            .withAccounting(new WireAccounting(0, 100))
            .withSendRingFrames(100_000)
            .withReceiveRingFrames(100_000);
    private static final int FRAME = 1000;
    private static final int PLENTY = 1_000_000_000;

    private static RawHosts star(int hosts, SwitchConfig config) {
        return new RawHosts(Topologies.star(hosts, LINK, config).build(CONFIG));
    }

    /** Two hosts send at the line rate to a third: of each pair of frames one waits, until the buffer is full. */
    private static void twoToOne(RawHosts hosts, int framesEach, int trafficClass) {
        for (int i = 0; i < framesEach; i++) {
            hosts.send(0, 2, 0xC000, trafficClass, FRAME);
            hosts.send(1, 2, 0xC001, trafficClass, FRAME);
        }
    }

    @Test
    void shouldDropWhatTheSharedBufferHasNoRoomFor() {
        try (RawHosts hosts = star(3, SwitchConfig.of(20 * FRAME))) {
            long[] most = {0};
            Switch hub = hosts.fabric.switches().getFirst();
            hosts.fabric.observe(new FabricObserver() {
                @Override
                public void queued(Link link, long frame, long queuedBytes, long nowPs) {
                    most[0] = Math.max(most[0], hub.usedBytes());
                }
            });
            twoToOne(hosts, 100, 0);
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(20 * FRAME, most[0]);
            assertEquals(20 * FRAME, hub.mostUsedBytes());
            assertEquals(0, hub.usedBytes());
            // 200 frames came within 100 frame times: in that time 100 left, or 99, and 20 were kept.
            assertEquals(120, hosts.arrivals.size(), 1);
            assertEquals(200, hosts.arrivals.size() + hosts.fabric.droppedFrames(DropReason.BUFFER_FULL));
        }
    }

    /** Choudhury and Hahne: one busy queue with multiple alpha of what is free takes alpha / (1 + alpha) of the buffer. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 4})
    void shouldLetOneQueueHaveItsDynamicShareOfTheBuffer(double alpha) {
        int buffer = 60 * FRAME;
        try (RawHosts hosts = star(3, SwitchConfig.of(buffer).withAlpha(alpha))) {
            twoToOne(hosts, 500, 0);
            hosts.runUntil(EventQueue.NEVER);
            double share = alpha / (1 + alpha) * buffer;
            assertEquals(share, (double) hosts.fabric.switches().getFirst().mostUsedBytes(), FRAME);
            assertTrue(hosts.fabric.droppedFrames(DropReason.QUEUE_FULL) > 0);
        }
    }

    @Test
    void shouldSendTheHighestClassFirst() {
        try (RawHosts hosts = star(3, SwitchConfig.of(PLENTY))) {
            for (int i = 0; i < 50; i++) {
                hosts.send(0, 2, 0xC000, 0, FRAME);
            }
            for (int i = 0; i < 50; i++) {
                hosts.send(1, 2, 0xC000, 5, FRAME);
            }
            hosts.runUntil(EventQueue.NEVER);
            // Both come at the same rate; after the first of class 0 all of class 5 go before the rest.
            List<Integer> classes =
                    hosts.arrivals.stream().map(RawHosts.Arrival::trafficClass).toList();
            assertEquals(100, classes.size());
            int lastOfFive = classes.lastIndexOf(5);
            assertTrue(lastOfFive <= 51, () -> classes.toString());
        }
    }

    /** Each frame that, as it comes, makes the queue longer than the threshold is marked, no other is; and the mark is in its bytes, with a right checksum. */
    @Test
    void shouldMarkExactlyTheFramesAboveTheThreshold() {
        int threshold = 10 * FRAME;
        SwitchConfig config = SwitchConfig.of(PLENTY).withMarking(new EcnMarking.Threshold(threshold));
        try (RawHosts hosts = new RawHosts(Topologies.star(3, LINK, config).build(CONFIG.withEcnCapable(true)))) {
            List<Long> above = new ArrayList<>();
            List<Long> marked = new ArrayList<>();
            hosts.fabric.link("s0", "h2").observe(new FabricObserver() {
                @Override
                public void queued(Link link, long frame, long queuedBytes, long nowPs) {
                    if (queuedBytes > threshold) {
                        above.add(FabricFrame.id(frame));
                    }
                }

                @Override
                public void marked(Link link, long frame, long nowPs) {
                    marked.add(FabricFrame.id(frame));
                }
            });
            twoToOne(hosts, 100, 0);
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(above, marked);
            // Of 200 frames, 100 wait at most; the queue passes 10 after 10 more pairs and then grows by one a pair.
            assertEquals(180, marked.size(), 2);
            int inBytes = 0;
            for (RawHosts.Arrival each : hosts.arrivals) {
                assertEquals(PacketKind.DATA, each.kind(), "the ICRC does not cover the mark");
                assertEquals(0xFFFF, checksum(each.bytes()), "IPv4 header checksum");
                inBytes += (each.bytes()[15] & 3) == 3 ? 1 : 0;
            }
            assertEquals(marked.size(), inBytes);
        }
    }

    private static int checksum(byte[] frame) {
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += (frame[i] & 0xff) << 8 | frame[i + 1] & 0xff;
        }
        return (sum & 0xffff) + (sum >>> 16);
    }

    @Test
    void shouldNotMarkWhatIsNotEcnCapable() {
        SwitchConfig config = SwitchConfig.of(PLENTY).withMarking(new EcnMarking.Threshold(0));
        try (RawHosts hosts = star(3, config)) {
            twoToOne(hosts, 10, 0);
            hosts.runUntil(EventQueue.NEVER);
            assertTrue(hosts.arrivals.stream().allMatch(each -> (each.bytes()[15] & 3) == 0));
        }
    }

    /** RED: none up to the lower threshold, all above the upper, and in between a share that grows evenly: half of the greatest probability on average. */
    @Test
    void shouldMarkAGrowingShareBetweenTwoThresholds() {
        SwitchConfig config =
                SwitchConfig.of(PLENTY).withMarking(new EcnMarking.Red(1000L * FRAME, 5000L * FRAME, 0.4));
        try (RawHosts hosts = new RawHosts(Topologies.star(3, LINK, config).build(CONFIG.withEcnCapable(true)))) {
            int[] between = {0, 0};
            int[] wrong = {0};
            hosts.fabric.link("s0", "h2").observe(new FabricObserver() {
                @Override
                public void queued(Link link, long frame, long queuedBytes, long nowPs) {
                    boolean marked = FabricFrame.is(frame, FabricFrame.MARKED);
                    if (queuedBytes <= 1000L * FRAME || queuedBytes > 5000L * FRAME) {
                        wrong[0] += marked == queuedBytes > 5000L * FRAME ? 0 : 1;
                    } else {
                        between[marked ? 1 : 0]++;
                    }
                }
            });
            twoToOne(hosts, 7000, 0);
            hosts.runUntil(EventQueue.NEVER);
            int all = between[0] + between[1];
            assertEquals(0, wrong[0]);
            assertEquals(8000, all, 5);
            // Sum of p(1 - p) for p even in 0 to 0.4 is at most 0.16 each.
            assertEquals(0.2 * all, between[1], 6 * Math.sqrt(0.16 * all));
        }
    }

    /** A standing queue of some frames: too short for the high target, missed for long by the low one. The first mark comes after one interval, the next after another, and then after the interval over the square root of their number. */
    @Test
    void shouldMarkMoreAndMoreOftenWhileAQueueStands() {
        long intervalPs = 10_000_000;
        SwitchConfig config =
                SwitchConfig.of(PLENTY).withMarking(new EcnMarking.Sharp(1_000_000_000, 100_000, intervalPs));
        try (RawHosts hosts = new RawHosts(Topologies.star(3, LINK, config).build(CONFIG.withEcnCapable(true)))) {
            List<Long> marks = new ArrayList<>();
            hosts.fabric.link("s0", "h2").observe(new FabricObserver() {
                @Override
                public void marked(Link link, long frame, long nowPs) {
                    marks.add(nowPs);
                }
            });
            for (int i = 0; i < 20; i++) {
                hosts.send(1, 2, 0xC000, 0, FRAME);
            }
            for (int i = 0; i < 700; i++) {
                hosts.send(0, 2, 0xC000, 0, FRAME);
            }
            hosts.runUntil(EventQueue.NEVER);
            assertTrue(marks.size() >= 5, () -> marks.toString());
            double framePs = 80_000;
            assertEquals((double) intervalPs, (double) (marks.get(1) - marks.get(0)), framePs);
            for (int i = 2; i < marks.size(); i++) {
                assertEquals(intervalPs / Math.sqrt(i), (double) (marks.get(i) - marks.get(i - 1)), framePs);
            }
        }
    }

    @Test
    void shouldMarkAtOnceWhatWaitedLongerThanTheHighTarget() {
        SwitchConfig config =
                SwitchConfig.of(PLENTY).withMarking(new EcnMarking.Sharp(800_000, 1_000_000_000, 1_000_000_000));
        try (RawHosts hosts = new RawHosts(Topologies.star(3, LINK, config).build(CONFIG.withEcnCapable(true)))) {
            twoToOne(hosts, 50, 0);
            hosts.runUntil(EventQueue.NEVER);
            // The n-th of 100 frames leaves n frame times after the first and came n / 2 after it: it waited n / 2,
            // more than 10 of them for n above 20.
            long marked = hosts.arrivals.stream()
                    .filter(each -> (each.bytes()[15] & 3) == 3)
                    .count();
            assertTrue(Math.abs(marked - 79) <= 2, () -> marked + " frames are marked");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTrimToTheSizeAskedForAndSendTheHeadersFirst(boolean rewriteLengths) {
        SwitchConfig config = SwitchConfig.of(PLENTY)
                .withQueueBytes(10 * FRAME)
                .withTrimming(new Trimming(130, 6, 1_000_000, rewriteLengths));
        try (RawHosts hosts = star(3, config)) {
            twoToOne(hosts, 100, 0);
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(200, hosts.arrivals.size(), "trimmed frames arrive, too");
            int trimmed = 0;
            for (RawHosts.Arrival each : hosts.arrivals) {
                byte[] bytes = each.bytes();
                assertEquals(0xFFFF, checksum(bytes), "IPv4 header checksum");
                if ((each.flags() & FabricFrame.TRIMMED) == 0) {
                    assertEquals(PacketKind.DATA, each.kind());
                    continue;
                }
                trimmed++;
                assertEquals(PacketKind.DATA_TRIMMED, each.kind());
                assertEquals(130, each.lengthBytes());
                assertEquals(6 << 5, bytes[15] & 0xff, "class selector 6");
                int ipBytes = (bytes[16] & 0xff) << 8 | bytes[17] & 0xff;
                int udpBytes = (bytes[38] & 0xff) << 8 | bytes[39] & 0xff;
                assertEquals(rewriteLengths ? 116 : 1080, ipBytes);
                assertEquals(rewriteLengths ? 96 : 1060, udpBytes);
            }
            assertTrue(trimmed > 70, "trimmed " + trimmed);
            assertEquals(trimmed, hosts.fabric.link("s0", "h2").trimmedFrames());
            assertEquals(0, hosts.fabric.droppedFrames());
        }
    }

    @Test
    void shouldDropTrimmedFramesThatFindTheirQueueFull() {
        SwitchConfig config = SwitchConfig.of(PLENTY).withQueueBytes(0).withTrimming(new Trimming(128, 6, 300, true));
        try (RawHosts hosts = star(5, config)) {
            for (int i = 0; i < 4; i++) {
                hosts.send(i, 4, 0xC000, 0, FRAME);
            }
            hosts.runUntil(EventQueue.NEVER);
            // No whole frame passes a queue of nothing; one set of headers is on the line and three of 100 bytes wait.
            assertEquals(4, hosts.arrivals.size());
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 10; j++) {
                    hosts.send(i, 4, 0xC000, 0, FRAME);
                }
            }
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(44, hosts.arrivals.size() + hosts.fabric.droppedFrames(DropReason.QUEUE_FULL));
        }
    }

    /** The buffer holds what two ports may send until their pauses work: nothing is lost whatever is offered; without pauses it is. */
    @Test
    void shouldLoseNothingOfALosslessClassAndPauseWithRealFrames() {
        // Two delays, a frame in each direction and a pause: 25,000 + 2,000 + 100 bytes at 100 Gbit/s.
        int headroom = 27_500;
        // After a pause ends, 25,000 bytes of the line go by before frames come again: as many must be left to send.
        int xoff = 40_000;
        int xon = 30_000;
        SwitchConfig config =
                SwitchConfig.of(2L * (xoff + headroom)).withFlowControl(new FlowControl(1 << 3, xoff, xon));
        int frames = 5_000;
        try (RawHosts hosts = star(3, config)) {
            twoToOne(hosts, frames, 3);
            hosts.runUntil(EventQueue.NEVER);
            Switch hub = hosts.fabric.switches().getFirst();
            assertEquals(0, hosts.fabric.droppedFrames());
            assertEquals(2 * frames, hosts.arrivals.size());
            assertTrue(hub.pausesSent() > 10, "pauses " + hub.pausesSent());
            assertEquals(hub.pausesSent(), hosts.fabric.absorbedFrames());
            // The last link never idles: all the frames one behind the other, after two links' way.
            double floorPs = 2.0 * frames * 80_000 + 80_000 + 2_000_000;
            assertEquals(floorPs, (double) hosts.arrivals.getLast().atPs(), floorPs * 0.01);
        }
        try (RawHosts hosts = star(3, SwitchConfig.of(2L * (xoff + headroom)))) {
            twoToOne(hosts, frames, 3);
            hosts.runUntil(EventQueue.NEVER);
            assertNotEquals(0, hosts.fabric.droppedFrames(DropReason.BUFFER_FULL));
        }
    }

    /** The last link is slow: the middle switch pauses the first one, and that one the hosts. */
    @Test
    void shouldPressBackLinkByLink() {
        SwitchConfig config = SwitchConfig.of(500_000).withFlowControl(new FlowControl(1, 20_000, 10_000));
        FabricBuilder builder = new FabricBuilder();
        int left = builder.host("left");
        int right = builder.host("right");
        int one = builder.electricalSwitch("one", config);
        int two = builder.electricalSwitch("two", config);
        Fabric fabric = builder.cable(left, one, LINK)
                .cable(one, two, LINK)
                .cable(two, right, LinkConfig.of(10_000_000_000L, 1_000_000))
                .build(CONFIG);
        try (RawHosts hosts = new RawHosts(fabric)) {
            for (int i = 0; i < 2_000; i++) {
                hosts.send(0, 1, 0xC000, 0, FRAME);
            }
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(2_000, hosts.arrivals.size());
            assertEquals(0, fabric.droppedFrames());
            assertTrue(fabric.link("one", "two").pauses() > 0, "the middle link was not paused");
            assertTrue(fabric.link("left", "one").pauses() > 0, "the first link was not paused");
        }
    }

    @Test
    void shouldRenewAPauseThatLastsLongerThanOneFrameCanSay() {
        // 100 quanta are 51,200 bits: 512 ns. The receiver's link is down for the switch's purposes: slow.
        SwitchConfig config = SwitchConfig.of(200_000).withFlowControl(new FlowControl(1, 20_000, 10_000, 100));
        FabricBuilder builder = new FabricBuilder();
        int left = builder.host("left");
        int right = builder.host("right");
        int hub = builder.electricalSwitch("hub", config);
        Fabric fabric = builder.cable(left, hub, LinkConfig.of(100_000_000_000L, 0))
                .cable(hub, right, LinkConfig.of(100_000_000L, 0))
                .build(CONFIG);
        try (RawHosts hosts = new RawHosts(fabric)) {
            for (int i = 0; i < 100; i++) {
                hosts.send(0, 1, 0xC000, 0, FRAME);
            }
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(100, hosts.arrivals.size());
            // Ten frames drain in 800 us: about 3,000 renewals, each 256 ns after the one before.
            assertTrue(fabric.switches().getFirst().pausesSent() > 3_000);
            assertEquals(0, fabric.droppedFrames());
        }
    }

    @Test
    void shouldCountWhatHasNoRoute() {
        try (RawHosts hosts = star(2, SwitchConfig.of(PLENTY))) {
            hosts.send(0, 77, 0xC000, 0, FRAME);
            hosts.runUntil(EventQueue.NEVER);
            assertEquals(1, hosts.fabric.droppedFrames(DropReason.NO_ROUTE));
        }
    }
}
