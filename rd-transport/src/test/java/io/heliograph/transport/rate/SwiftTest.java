package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.Bottleneck.Sender;
import org.junit.jupiter.api.Test;

class SwiftTest extends RatePolicyContractTest {
    private static final int PACKET = 1_524;
    private static final long TARGET_NS = 30_000;
    /** 1,524 bytes at 10 Gbit/s. */
    private static final long PACKET_NS = 1_219;

    private static final long BASE_RTT_NS = 20_000;

    /** Without flow scaling, so that the target is what it says. */
    private static SwiftConfig config(double minWindow, double initialWindow) {
        return new SwiftConfig(PACKET, LINE, TARGET_NS, 0, 0.1, 100, 1, 0.8, 0.5, minWindow, 256, initialWindow);
    }

    private static Swift swift(double initialWindow) {
        return new Swift(1, config(1e-3, initialWindow), Aggressiveness.EVEN);
    }

    /** With the target that is 10 us longer for a window of one packet, as the paper has it for fairness. */
    private static Swift scaled(double initialWindow) {
        SwiftConfig config =
                new SwiftConfig(PACKET, LINE, TARGET_NS, 10_000, 1, 100, 1, 0.8, 0.5, 1e-3, 256, initialWindow);
        return new Swift(1, config, Aggressiveness.EVEN);
    }

    @Override
    RatePolicy newPolicy() {
        return new Swift(FLOWS, SwiftConfig.of(PACKET, LINE, TARGET_NS), Aggressiveness.EVEN);
    }

    private static void sendAndAcknowledge(Swift swift, long rttNs, long sentNs) {
        swift.activate(0, sentNs);
        swift.onSent(0, PACKET, sentNs);
        swift.onAcknowledged(0, PACKET, rttNs, sentNs + rttNs);
    }

    @Test
    void shouldSendAsMuchAsWindowAndNoMore() {
        Swift swift = swift(4);
        swift.activate(0, 0);
        long nowNs = 0;
        for (int i = 0; i < 4; i++) {
            assertEquals(0, swift.nextFlow(nowNs), "packet " + i);
            swift.onSent(0, PACKET, nowNs);
            nowNs += 1_000;
        }
        assertEquals(4 * PACKET, swift.outstandingBytes(0));
        assertEquals(RatePolicy.NONE, swift.nextFlow(nowNs));
        assertEquals(Long.MAX_VALUE, swift.nextDeadlineNs(), "only an acknowledgement helps");
        swift.onAcknowledged(0, PACKET, -1, nowNs);
        assertEquals(4, swift.window(0), "no round trip, no change");
        assertEquals(0, swift.nextFlow(nowNs));
        swift.onSent(0, PACKET, nowNs);
        swift.onLost(0, PACKET, nowNs);
        assertEquals(3 * PACKET, swift.outstandingBytes(0));
    }

    @Test
    void shouldGrowByOnePacketInRoundTripBelowTarget() {
        Swift swift = swift(10);
        for (int i = 0; i < 10; i++) {
            sendAndAcknowledge(swift, TARGET_NS - 1, 0);
        }
        assertEquals(11, swift.window(0), 0.06, "ten acknowledgements of a tenth, the later ones of a little less");
    }

    @Test
    void shouldShrinkByExcessOnceInRoundTripAboveTarget() {
        Swift swift = swift(100);
        sendAndAcknowledge(swift, 40_000, 1_000_000);
        assertEquals(100 * (1 - 0.8 * 10_000 / 40_000), swift.window(0), 1e-9);
        double window = swift.window(0);
        sendAndAcknowledge(swift, 40_000, 1_010_000);
        assertEquals(window, swift.window(0), "a round trip is not over");
        sendAndAcknowledge(swift, 3_000_000, 2_000_000);
        assertEquals(window / 2, swift.window(0), 1e-9, "never by more than half");
    }

    @Test
    void shouldHalveByLossOnceInRoundTripAndBeginAnewAfterMany() {
        Swift swift = swift(64);
        swift.activate(0, 0);
        swift.onLost(0, PACKET, 0);
        swift.onLost(0, PACKET, TARGET_NS - 1);
        assertEquals(32, swift.window(0));
        for (int i = 1; i < 4; i++) {
            swift.onLost(0, PACKET, i * TARGET_NS);
        }
        assertEquals(4, swift.window(0));
        swift.onLost(0, PACKET, 4 * TARGET_NS);
        assertEquals(1e-3, swift.window(0), "the fifth in a row");
    }

    @Test
    void shouldCountLossesAnewWhenSomethingIsAcknowledged() {
        Swift swift = swift(64);
        for (int i = 0; i < 8; i++) {
            swift.onLost(0, PACKET, i * TARGET_NS);
            swift.onAcknowledged(0, PACKET, -1, i * TARGET_NS);
        }
        assertEquals(64.0 / 256, swift.window(0));
    }

    @Test
    void shouldPaceWhenWindowIsBelowOnePacket() {
        Swift swift = swift(0.25);
        swift.activate(0, 0);
        assertEquals(0, swift.nextFlow(0));
        swift.onSent(0, PACKET, 0);
        assertEquals(RatePolicy.NONE, swift.nextFlow(10_000), "one is outstanding");
        swift.onAcknowledged(0, PACKET, -1, 20_000);
        assertEquals(RatePolicy.NONE, swift.nextFlow(119_000));
        assertEquals(0, swift.nextFlow(120_000), "a packet in four round trips");
    }

    @Test
    void shouldNotPaceForAMinuteWhenTheHostStoodStill() {
        long stalledNs = 20_000_000_000L;
        Swift swift = swift(0.1);
        swift.activate(0, 0);
        swift.onSent(0, PACKET, 0);
        swift.onAcknowledged(0, PACKET, stalledNs, stalledNs);
        assertEquals(0, swift.nextFlow(stalledNs));
        swift.onSent(0, PACKET, stalledNs);
        swift.onAcknowledged(0, PACKET, -1, stalledNs + TARGET_NS);
        assertEquals(0.05, swift.window(0), 1e-9);
        long eighthNs = Tunables.MAX_RTO_NS / 8;
        assertEquals(RatePolicy.NONE, swift.nextFlow(stalledNs + eighthNs * 20 - 1));
        assertEquals(0, swift.nextFlow(stalledNs + (eighthNs + TARGET_NS) * 20));
    }

    @Test
    void shouldWaitNoLongerThanTheWindowOfTheLatestAcknowledgementAsks() {
        Swift swift = swift(1e-3);
        swift.activate(0, 0);
        swift.onSent(0, PACKET, 0);
        swift.onAcknowledged(0, PACKET, TARGET_NS / 2, TARGET_NS / 2);
        assertEquals(1.001, swift.window(0), 1e-9);
        assertEquals(0, swift.nextFlow(TARGET_NS / 2), "not after a thousand round trips");
    }

    @Test
    void shouldHoldAPacketForAThousandRoundTripsWhenLossesLeftTheLeastWindow() {
        Swift swift = swift(4);
        swift.activate(0, 0);
        swift.onSent(0, PACKET, 0);
        for (int loss = 1; loss <= 5; loss++) {
            swift.onLost(0, PACKET, loss * TARGET_NS);
        }
        assertEquals(1e-3, swift.window(0));
        assertEquals(RatePolicy.NONE, swift.nextFlow(1_000 * TARGET_NS - 1_000));
        assertEquals(0, swift.nextFlow(1_000 * TARGET_NS), "as the paper has it, and no longer");
    }

    @Test
    void shouldLetOnePacketGoWhenNothingIsHeardOfAFullWindow() {
        Swift swift = swift(4);
        swift.activate(0, 0);
        for (int i = 0; i < 4; i++) {
            swift.onSent(0, PACKET, 0);
        }
        long nowNs = 10 * TARGET_NS;
        assertEquals(RatePolicy.NONE, swift.nextFlow(nowNs));
        swift.onSilence(0, PACKET, nowNs);
        assertEquals(3L * PACKET, swift.outstandingBytes(0));
        assertEquals(2, swift.window(0), "halved as by a loss");
        assertEquals(0, swift.nextFlow(nowNs));
        swift.onSent(0, PACKET, nowNs);
        assertEquals(RatePolicy.NONE, swift.nextFlow(2 * nowNs), "one, and no more");
        swift.onLost(0, PACKET, 2 * nowNs);
        assertEquals(RatePolicy.NONE, swift.nextFlow(2 * nowNs), "a loss that is known lets nothing go");
    }

    @Test
    void shouldAimAtLongerDelayWhenWindowIsSmall() {
        SwiftConfig config = new SwiftConfig(PACKET, LINE, TARGET_NS, 40_000, 1, 100, 1, 0.8, 0.5, 1e-3, 256, 1);
        Swift swift = new Swift(1, config, Aggressiveness.EVEN);
        sendAndAcknowledge(swift, 69_000, 0);
        assertTrue(swift.window(0) > 1, "70 us at a window of one packet");
        Swift large = new Swift(
                1,
                new SwiftConfig(PACKET, LINE, TARGET_NS, 40_000, 1, 100, 1, 0.8, 0.5, 1e-3, 256, 100),
                Aggressiveness.EVEN);
        sendAndAcknowledge(large, 31_000, 0);
        assertTrue(large.window(0) < 100, "30 us at 100 packets");
    }

    @Test
    void shouldShareLinkFairlyAtBoundedDelay() {
        Bottleneck network = new Bottleneck(PACKET_NS, BASE_RTT_NS);
        Sender first = network.addEndless(scaled(200));
        network.runUntil(5_000_000);
        Sender second = network.addEndless(scaled(1));
        network.runUntil(50_000_000);
        first.forget();
        second.forget();
        network.runUntil(150_000_000);
        double packets = first.acknowledged + second.acknowledged;
        String figures = "share %.3f, utilisation %.3f, delay mean %.0f greatest %d ns"
                .formatted(
                        first.acknowledged / packets,
                        packets * PACKET_NS / 100e6,
                        first.meanDelayNs(),
                        first.greatestDelayNs);
        assertEquals(0.5, first.acknowledged / packets, 0.02, figures);
        assertTrue(packets * PACKET_NS > 0.99 * 100e6, figures);
        assertTrue(first.meanDelayNs() < TARGET_NS + 10_000, figures);
        assertTrue(first.greatestDelayNs < 1.25 * (TARGET_NS + 10_000), figures);
    }

    @Test
    void shouldRefuseConfigurationOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> config(1e-4, 1));
        assertThrows(IllegalArgumentException.class, () -> config(1, 0.5));
        assertThrows(IllegalArgumentException.class, () -> config(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> SwiftConfig.of(0, LINE, TARGET_NS));
        assertThrows(IllegalArgumentException.class, () -> SwiftConfig.of(PACKET, LINE, 0));
    }
}
