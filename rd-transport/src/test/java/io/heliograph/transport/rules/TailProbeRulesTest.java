package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.wire.AinicLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R9.7, tail probes: when, of what, and what they are not. */
class TailProbeRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    private static final long RTT_NS = us(100);
    /** After one round trip R: R + 4 R/2. */
    private static final long PROBE_NS = 3 * RTT_NS;

    private static final long LINE_RATE = 100_000_000_000L;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName(
            "R9.7 the tail is probed with its oldest packet alone, by another path; its acknowledgement tells about the others")
    void shouldSendOldestAgainWhenTailIsNotAcknowledged() {
        measure(RTT_NS);
        app.writes(write(1, 3L * P));
        int lost = peer.expects(data().psn(1)).entropy();
        peer.ignoresAll();
        script.waits(PROBE_NS, peer);
        int entropy = peer.expects(sentAgain(1)).entropy();
        assertNotEquals(lost, entropy);
        peer.expectsNothing();
        script.advance(RTT_NS);
        peer.sends(sackUpTo(2).psn(1).reflected(entropy));
        peer.expects(sentAgain(2), sentAgain(3));
        peer.expectsNothing();
        script.advance(us(1));
        peer.sends(sackUpTo(4).psn(3));
        app.gets(success(1));
        script.counts(EndpointCounter.TAIL_PROBES, 1);
        script.counts(EndpointCounter.LOST_BY_SACK, 2);
        script.counts(EndpointCounter.LOST_BY_TIMER, 0);
    }

    @Test
    @DisplayName("R9.7 a probe in a row waits twice as long and sends the next oldest packet")
    void shouldWaitTwiceAsLongWhenProbeIsNotAcknowledged() {
        measure(RTT_NS);
        app.writes(write(1, 3L * P));
        peer.ignoresAll();
        script.waits(PROBE_NS, peer);
        peer.expects(sentAgain(1));
        script.waits(2 * PROBE_NS, peer);
        peer.expects(sentAgain(2));
        // The timer of the third, which was sent first by now, is not due sooner.
        script.waits(4 * PROBE_NS, peer);
        peer.expects(sentAgain(3));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R9.7 where the round trip does not vary, the tail is probed after two of them")
    void shouldProbeAfterTwoRoundTripsWhenTheyDoNotVary() {
        for (int psn = 0; psn < 50; psn++) {
            app.writes(write(psn, 1));
            peer.expects(data().psn(psn));
            script.advance(RTT_NS);
            peer.sends(sackUpTo(psn + 1).psn(psn));
            app.gets(success(psn));
        }
        app.writes(write(50, 1));
        peer.expects(data().psn(50));
        script.waits(2 * RTT_NS, peer);
        peer.expects(sentAgain(50));
    }

    @Test
    @DisplayName("R9.7 the tail is not probed before a round trip was measured, nor where the timer is no later")
    void shouldNotProbeWhenTimerIsNoLater() {
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        script.waits(Tunables.INITIAL_RTO_NS, peer);
        peer.expects(sentAgain(0));
        script.advance(ms(1));
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        app.writes(write(1, 1));
        peer.expects(data().psn(1));
        script.advance(ms(2));
        peer.sends(sackUpTo(2).psn(1));
        app.gets(success(1));
        app.writes(write(2, 1));
        peer.expects(data().psn(2));
        script.waits(ms(6), peer);
        peer.expects(sentAgain(2));
        script.waits(ms(12), peer);
        peer.expects(sentAgain(2));
        script.counts(EndpointCounter.TAIL_PROBES, 0);
        script.counts(EndpointCounter.LOST_BY_TIMER, 3);
    }

    @Test
    @DisplayName("R9.7 what is acknowledged, and what is sent, begins the wait anew")
    void shouldWaitAnewWhenSomethingIsSentOrAcknowledged() {
        measure(RTT_NS);
        app.writes(write(1, 2L * P));
        peer.ignoresAll();
        script.advance(PROBE_NS - 1);
        app.writes(write(3, P));
        peer.expects(data().psn(3));
        script.advance(PROBE_NS - 1);
        peer.expectsNothing();
        peer.sends(sackUpTo(2).psn(1));
        script.waits(probeAfter(RTT_NS, 2 * (PROBE_NS - 1)), peer);
        peer.expects(sentAgain(2));
        peer.expectsNothing();
    }

    /** The tail probe timeout after two round trips, by RFC 6298 rules 2.2 and 2.3: SRTT + 4 RTTVAR, as they differ much. */
    private static long probeAfter(long firstNs, long secondNs) {
        long variationNs = firstNs / 2 + (Math.abs(firstNs - secondNs) - firstNs / 2) / 4;
        long smoothedNs = firstNs + (secondNs - firstNs) / 8;
        return smoothedNs + 4 * variationNs;
    }

    @Test
    @DisplayName("R9.7 nothing is probed while something waits to be sent again")
    void shouldNotProbeWhenSomethingWaitsToBeSentAgain() {
        // A packet takes 10 ms.
        long rateBitsPerSecond = 8L * (P + 14 + 20 + 8 + 48 + 4 + 24) * 100L;
        try (Script paced = new Script(config -> config.withLineRateBitsPerSecond(LINE_RATE))) {
            RawPeer other = paced.peer;
            paced.app.writes(write(0, 3L * P));
            other.ignoresAll();
            paced.advance(RTT_NS);
            other.sends(sackUpTo(1).psn(0));
            paced.endpoint
                    .rateTables()
                    .replace(RateTable.builder(LINE_RATE)
                            .flow(paced.endpoint.address(), other.address(), 0, rateBitsPerSecond)
                            .build());
            paced.run();
            // The first of a table leaves at once, the second has to wait.
            paced.waits(PROBE_NS, other);
            other.expects(sentAgain(1));
            paced.waits(2 * PROBE_NS, other);
            paced.counts(EndpointCounter.TAIL_PROBES, 2);
            paced.advance(ms(3));
            paced.counts(EndpointCounter.TAIL_PROBES, 2);
            other.expectsNothing();
            other.sends(sackUpTo(3).psn(2));
            paced.app.gets(success(0));
            paced.advance(ms(100));
            other.expectsNothing();
        }
    }

    @Test
    @DisplayName("R9.7 nothing is probed while there is more to read, which may be the answer")
    void shouldNotProbeWhenAnswerWaitsToBeRead() {
        measure(RTT_NS);
        app.writes(write(1, 1));
        peer.expects(data().psn(1));
        script.advance(PROBE_NS - 1);
        for (int psn = 0; psn < Tunables.BURST_FRAMES; psn++) {
            peer.puts(data().psn(psn).msn(psn));
        }
        peer.puts(sackUpTo(2).psn(1));
        script.advance(1);
        app.gets(success(1));
        script.counts(EndpointCounter.TAIL_PROBES, 0);
    }

    @Test
    @DisplayName("R9.7 a probe is no loss: it neither doubles the timeout nor counts for R9.6")
    void shouldNotCountProbesWhenMessageIsUndeliverable() {
        peer.sends(data());
        peer.ignoresAll();
        measure(RTT_NS);
        app.writes(write(1, P));
        peer.expects(data().psn(1));
        int probes = LossRecoveryRulesTest.probeUntilTimer(script, 1, PROBE_NS);
        for (int i = 0; i < 5; i++) {
            script.waits(Tunables.MIN_RTO_NS << i, peer);
            peer.expects(sentAgain(1));
        }
        script.counts(EndpointCounter.TAIL_PROBES, probes);
        script.counts(EndpointCounter.LOST_BY_TIMER, 5);
        // The first transmission and five more by the timer: 26 are missing.
        assertTrue(voidOf(1, 1)
                .psn(1)
                .flags(AinicLayout.VOID | AinicLayout.RETRANSMITTED)
                .matches(UndeliverableRulesTest.nextVoid(script, peer, 26)));
    }

    @Test
    @DisplayName(
            "R9.7 the round trip of a packet that was probed in vain is a measurement: who stands still at times is not probed each time")
    void shouldWaitLongerWhenProbeWasInVain() {
        measure(RTT_NS);
        app.writes(write(1, 1));
        int first = peer.expects(data().psn(1)).entropy();
        script.waits(PROBE_NS, peer);
        peer.expects(sentAgain(1));
        script.advance(us(100));
        peer.sends(sackUpTo(2).psn(1).reflected(first));
        app.gets(success(1));
        script.counts(EndpointCounter.TAIL_PROBES_IN_VAIN, 1);
        app.writes(write(2, 1));
        peer.expects(data().psn(2));
        script.waits(probeAfter(RTT_NS, PROBE_NS + us(100)), peer);
        peer.expects(sentAgain(2));
    }

    @Test
    @DisplayName(
            "R9.7 who finds a packet and its probe waiting names the packet, so that its sender learns that it was late")
    void shouldNameFirstCopyWhenDuplicatesCameWithIt() {
        peer.sends(
                data().psn(0).entropy(0xC001),
                data().psn(0).entropy(0xC002),
                data().psn(0).entropy(0xC003));
        peer.expects(sackUpTo(1).psn(0).reflected(0xC001));
        peer.sends(data().psn(0).entropy(0xC004));
        peer.expects(sackUpTo(1).psn(0).reflected(0xC004));
        peer.sends(
                data().psn(0).entropy(0xC005),
                data().psn(1).msn(1).entropy(0xC006),
                data().psn(0).entropy(0xC007));
        peer.expects(sackUpTo(2).psn(1).reflected(0xC006));
    }

    /** Sends a packet that is acknowledged after one round trip. */
    private void measure(long roundTripNs) {
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        script.advance(roundTripNs);
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    private static Packet sentAgain(int psn) {
        return data().psn(psn).again();
    }
}
