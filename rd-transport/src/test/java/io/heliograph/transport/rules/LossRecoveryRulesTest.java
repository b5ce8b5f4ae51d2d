package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.event;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.answer;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R9, loss recovery: what is sent again, when, to the nanosecond, and what is not believed. */
class LossRecoveryRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    private static final long RTT_NS = us(100);
    private static final long WINDOW_NS = RTT_NS / 4;
    /** After one round trip R: R + 4 R/2. */
    private static final long PROBE_NS = 3 * RTT_NS;
    /** Timer expiries that fit the peer timeout of a patient endpoint: far more than losses that R9.6 counts. */
    private static final int PATIENCE = 100;

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
            "R9.1 a packet is lost a round trip and a reordering window after it was sent, when a later one is acknowledged")
    void shouldSendAgainAfterReorderingWindowWhenLaterPacketIsAcknowledged() {
        app.writes(write(0, 4L * P));
        peer.ignoresAll();
        script.advance(RTT_NS);
        peer.sends(sack().psn(3).cumulative(0).offset(1).bits(5));
        script.waits(WINDOW_NS, peer);
        // 2 was sent before 3, which is acknowledged; both are late.
        peer.expects(data().psn(0).again().at(0).payload(App.bytesAt(0, P)), sentAgain(2));
        peer.expectsNothing();
        script.counts(EndpointCounter.LOST_BY_SACK, 2);
        peer.sends(sackUpTo(4).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R9.1 a packet that was merely late is not sent again")
    void shouldNotSendAgainWhenLatePacketIsAcknowledgedInTime() {
        app.writes(write(0, 3L * P));
        peer.ignoresAll();
        script.advance(RTT_NS);
        peer.sends(sack().psn(2).cumulative(0).offset(1).bits(3));
        script.advance(WINDOW_NS - 1);
        peer.sends(sackUpTo(3).psn(0));
        app.gets(success(0));
        script.advance(ms(1_000));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R9.1 packets sent after the acknowledged one are not judged by it")
    void shouldNotSendAgainWhenOnlyEarlierPacketIsAcknowledged() {
        app.writes(write(0, P));
        script.advance(us(10));
        app.writes(write(1, P));
        peer.ignoresAll();
        script.advance(RTT_NS);
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        script.advance(PROBE_NS - 1);
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R9.1 a retransmission that is lost is found by SACK, too")
    void shouldSendAgainOnceMoreWhenRetransmissionIsLost() {
        app.writes(write(0, 2L * P));
        peer.ignoresAll();
        script.advance(RTT_NS);
        peer.sends(sack().psn(1).cumulative(0).offset(1).bits(1));
        script.waits(WINDOW_NS, peer);
        peer.expects(sentAgain(0));
        script.advance(us(1));
        app.writes(write(1, P));
        peer.expects(data().psn(2));
        script.advance(RTT_NS);
        peer.sends(sack().psn(2).cumulative(0).offset(1).bits(3));
        app.gets(success(1));
        // Sent 1 us before the acknowledged one: a round trip and the window are over in 24 us.
        script.waits(WINDOW_NS - us(1), peer);
        peer.expects(sentAgain(0));
    }

    @Test
    @DisplayName("R9.1 the reordering window is a quarter of the smallest round trip, and no less than its bound")
    void shouldWaitLeastReorderingWindowWhenRoundTripIsShort() {
        app.writes(write(0, 2L * P));
        peer.ignoresAll();
        script.advance(us(4));
        peer.sends(sack().psn(1).cumulative(0).offset(1).bits(1));
        script.waits(Tunables.MIN_REORDER_WINDOW_NS, peer);
        peer.expects(sentAgain(0));
    }

    /** Two packets, the first of which arrives after the second and after the window is over, and is sent again in vain; returns when all is acknowledged. */
    private void overtake(int psn, long windowNs) {
        app.writes(write(psn, 2L * P));
        int late = peer.expects(data().psn(psn)).entropy();
        peer.expects(data().psn(psn + 1));
        script.advance(RTT_NS);
        peer.sends(sack().psn(psn + 1).cumulative(psn).offset(1).bits(1));
        script.waits(windowNs, peer);
        peer.expects(sentAgain(psn));
        peer.sends(sackUpTo(psn + 2).psn(psn).reflected(late));
        app.gets(success(psn));
    }

    /** Two packets, the first of which is lost. */
    private void lose(int psn, long windowNs) {
        app.writes(write(psn, 2L * P));
        peer.expects(data().psn(psn), data().psn(psn + 1));
        script.advance(RTT_NS);
        peer.sends(sack().psn(psn + 1).cumulative(psn).offset(1).bits(1));
        script.waits(windowNs, peer);
        int again = peer.expects(sentAgain(psn)).entropy();
        script.advance(RTT_NS);
        peer.sends(sackUpTo(psn + 2).psn(psn).reflected(again));
        app.gets(success(psn));
    }

    @Test
    @DisplayName(
            "R9.1 when a packet was found lost that was late, the reordering window becomes as wide as it was late, and a quarter of the smallest round trip more")
    void shouldWaitLongerWhenPacketWasSentAgainInVain() {
        overtake(0, WINDOW_NS);
        overtake(2, 2 * WINDOW_NS);
        lose(4, 3 * WINDOW_NS);
        script.counts(EndpointCounter.LOST_IN_VAIN, 2);
        script.counts(EndpointCounter.LOST_BY_SACK, 3);
    }

    @Test
    @DisplayName("R9.1 each recovery without a late packet halves the reordering window, down to what it was")
    void shouldWaitAsBeforeWhenLossesWereReal() {
        overtake(0, WINDOW_NS);
        overtake(2, 2 * WINDOW_NS);
        overtake(4, 3 * WINDOW_NS);
        lose(6, 4 * WINDOW_NS);
        lose(8, 2 * WINDOW_NS);
        lose(10, WINDOW_NS);
        lose(12, WINDOW_NS);
    }

    @Test
    @DisplayName("R9.1 the reordering window is never wider than SRTT + 4 RTTVAR")
    void shouldNotWaitLongerThanTimeoutBeforeBoundsWhenPacketWasVeryLate() {
        app.writes(write(0, 2L * P));
        int late = peer.expects(data().psn(0)).entropy();
        peer.expects(data().psn(1));
        script.advance(RTT_NS);
        peer.sends(sack().psn(1).cumulative(0).offset(1).bits(1));
        script.waits(WINDOW_NS, peer);
        peer.expects(sentAgain(0));
        script.advance(us(250));
        peer.sends(sackUpTo(2).psn(0).reflected(late));
        app.gets(success(0));
        // RFC 6298 rules 2.2 and 2.3 for these two, and more of the usual ones.
        long smoothedNs = RTT_NS;
        long variationNs = RTT_NS / 2;
        long rttNs = RTT_NS + WINDOW_NS + us(250);
        for (int psn = 2; psn <= 32; psn++) {
            variationNs += (Math.abs(smoothedNs - rttNs) - variationNs) / 4;
            smoothedNs += (rttNs - smoothedNs) / 8;
            rttNs = RTT_NS;
            app.writes(write(psn, 1));
            peer.expects(data().psn(psn));
            script.advance(RTT_NS);
            peer.sends(sackUpTo(psn + 1).psn(psn));
            app.gets(success(psn));
        }
        variationNs += (Math.abs(smoothedNs - rttNs) - variationNs) / 4;
        smoothedNs += (rttNs - smoothedNs) / 8;
        app.writes(write(33, 2L * P));
        peer.expects(data().psn(33), data().psn(34));
        script.advance(RTT_NS);
        peer.sends(sack().psn(34).cumulative(33).offset(1).bits(1));
        variationNs += (Math.abs(smoothedNs - rttNs) - variationNs) / 4;
        smoothedNs += (rttNs - smoothedNs) / 8;
        long boundNs = smoothedNs + 4 * variationNs;
        assertTrue(boundNs > RTT_NS && boundNs < 2 * RTT_NS, () -> "bound " + boundNs);
        script.waits(boundNs, peer);
        peer.expects(sentAgain(33));
    }

    @Test
    @DisplayName("R9.1 real losses leave the reordering window as it is")
    void shouldNotWaitLongerWhenLossesAreReal() {
        for (int psn = 0; psn < 40; psn += 2) {
            lose(psn, WINDOW_NS);
        }
        script.counts(EndpointCounter.LOST_BY_SACK, 20);
        script.counts(EndpointCounter.LOST_IN_VAIN, 0);
    }

    @Test
    @DisplayName(
            "R9.1 that a packet was late is not believed of one that the SACK does not name: its acknowledgement may have been lost")
    void shouldNotWaitLongerWhenSackNamesAnother() {
        measure(RTT_NS);
        app.writes(write(1, 3L * P));
        peer.ignoresAll();
        script.advance(RTT_NS);
        peer.sends(sack().psn(3).cumulative(1).offset(2).bits(1));
        script.waits(WINDOW_NS, peer);
        peer.expects(sentAgain(1));
        int again = peer.expects(sentAgain(2)).entropy();
        peer.sends(sackUpTo(2).psn(3));
        script.advance(RTT_NS);
        peer.sends(sackUpTo(4).psn(2).reflected(again));
        app.gets(success(1));
        script.counts(EndpointCounter.LOST_IN_VAIN, 0);
        lose(4, WINDOW_NS);
    }

    @Test
    @DisplayName("R9.1 what the timer sent again in vain does not widen the window")
    void shouldNotWaitLongerWhenTimerWasInVain() {
        app.writes(write(0, 1));
        int first = peer.expects(data().psn(0)).entropy();
        script.waits(Tunables.INITIAL_RTO_NS, peer);
        peer.expects(sentAgain(0));
        peer.sends(sackUpTo(1).psn(0).reflected(first));
        app.gets(success(0));
        script.counts(EndpointCounter.LOST_IN_VAIN, 0);
        lose(1, WINDOW_NS);
    }

    @Test
    @DisplayName("R9.1 nor does a tail probe in vain")
    void shouldNotWaitLongerWhenTailProbeWasInVain() {
        measure(RTT_NS);
        app.writes(write(1, 1));
        int first = peer.expects(data().psn(1)).entropy();
        script.waits(PROBE_NS, peer);
        peer.expects(sentAgain(1));
        peer.sends(sackUpTo(2).psn(1).reflected(first));
        app.gets(success(1));
        script.counts(EndpointCounter.LOST_IN_VAIN, 0);
        lose(2, WINDOW_NS);
    }

    @Test
    @DisplayName("R9.2 the first timeout is 20 ms; it doubles at each expiry up to 200 ms")
    void shouldDoubleTimeoutWhenNothingIsAcknowledged() {
        app.writes(write(0, 1));
        peer.expects(data());
        for (long timeoutNs : new long[] {ms(20), ms(40), ms(80), ms(160), ms(200), ms(200)}) {
            script.waits(timeoutNs, peer);
            peer.expects(sentAgain(0));
            peer.expectsNothing();
        }
        script.counts(EndpointCounter.LOST_BY_TIMER, 6);
    }

    @Test
    @DisplayName("R9.2 after a round trip R the timeout is R + 4 R/2")
    void shouldTakeTimeoutFromRoundTripWhenMeasured() {
        measure(ms(10));
        app.writes(write(1, 1));
        peer.expects(data().psn(1));
        script.waits(ms(30), peer);
        peer.expects(sentAgain(1));
        script.waits(ms(60), peer);
        peer.expects(sentAgain(1));
    }

    @Test
    @DisplayName("R9.2 the second round trip is smoothed in by an eighth and a quarter")
    void shouldSmoothTimeoutWhenMeasuredAgain() {
        measure(ms(8));
        app.writes(write(1, 1));
        script.advance(ms(16));
        peer.ignoresAll();
        peer.sends(sackUpTo(2).psn(1));
        app.gets(success(1));
        app.writes(write(2, 1));
        peer.expects(data().psn(2));
        // RTTVAR = 3/4 * 4 + 1/4 * 8 = 5, SRTT = 7/8 * 8 + 1/8 * 16 = 9.
        script.waits(ms(9 + 4 * 5), peer);
        peer.expects(sentAgain(2));
    }

    @Test
    @DisplayName("R9.2 the timeout is never below 4 ms")
    void shouldNotTimeOutBelowLeastTimeoutWhenRoundTripIsShort() {
        measure(us(5));
        app.writes(write(1, 1));
        peer.expects(data().psn(1));
        int probes = probeUntilTimer(1, Tunables.MIN_TAIL_PROBE_NS);
        script.waits(Tunables.MIN_RTO_NS, peer);
        peer.expects(sentAgain(1));
        script.waits(2 * Tunables.MIN_RTO_NS, peer);
        peer.expects(sentAgain(1));
        script.counts(EndpointCounter.TAIL_PROBES, probes);
        script.counts(EndpointCounter.LOST_BY_TIMER, 2);
    }

    /** The one packet in flight is probed as often as that is sooner than the least timeout; returns how often. */
    private int probeUntilTimer(int psn, long firstNs) {
        int probes = 0;
        for (long timeoutNs = firstNs; timeoutNs < Tunables.MIN_RTO_NS; timeoutNs *= 2) {
            script.waits(timeoutNs, peer);
            peer.expects(sentAgain(psn));
            peer.expectsNothing();
            probes++;
        }
        return probes;
    }

    @Test
    @DisplayName("R9.2 what is acknowledged after being sent twice is no measurement, but ends the doubling")
    void shouldForgetBackOffWhenSomethingIsAcknowledged() {
        measure(ms(10));
        app.writes(write(1, 1));
        script.advance(ms(30));
        script.advance(ms(60));
        peer.ignoresAll();
        script.advance(us(1));
        peer.sends(sackUpTo(2).psn(1));
        app.gets(success(1));
        app.writes(write(2, 1));
        peer.expects(data().psn(2));
        script.waits(ms(30), peer);
        peer.expects(sentAgain(2));
    }

    @Test
    @DisplayName(
            "R9.2 only the packet that has been out longest is sent again; its acknowledgement tells about the others")
    void shouldSendOldestAloneWhenTimerExpires() {
        // So long a round trip that its timeout is the timer's.
        measure(ms(10));
        app.writes(write(1, 3L * P));
        peer.ignoresAll();
        script.waits(ms(30), peer);
        int entropy = peer.expects(sentAgain(1)).entropy();
        peer.expectsNothing();
        script.advance(ms(10));
        peer.sends(sackUpTo(2).psn(1).reflected(entropy));
        peer.expects(sentAgain(2), sentAgain(3));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R9.2 the same holds when no round trip was ever measured")
    void shouldFindOthersLostWhenFirstAcknowledgementIsOfRetransmission() {
        app.writes(write(0, 10L * P));
        peer.ignoresAll();
        script.waits(Tunables.INITIAL_RTO_NS, peer);
        int entropy = peer.expects(sentAgain(0)).entropy();
        peer.expectsNothing();
        script.advance(RTT_NS);
        peer.sends(sackUpTo(1).psn(0).reflected(entropy));
        for (int psn = 1; psn < 10; psn++) {
            peer.expects(sentAgain(psn));
        }
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R9.1 a packet that was sent again in vain does not make those behind it look lost")
    void shouldNotFindOthersLostWhenFirstTransmissionWasMerelyLate() {
        measure(RTT_NS);
        app.writes(write(1, 3L * P));
        int entropy = peer.expects(data().psn(1)).entropy();
        peer.ignoresAll();
        script.waits(PROBE_NS, peer);
        peer.expects(sentAgain(1));
        script.advance(RTT_NS);
        peer.sends(sackUpTo(2).psn(1).reflected(entropy));
        peer.expectsNothing();
        peer.sends(sackUpTo(4).psn(3));
        app.gets(success(1));
    }

    @Test
    @DisplayName("R9.3 a trimmed packet is refused with its PSN and path, and changes nothing")
    void shouldAskForPacketAgainWhenItWasTrimmed() {
        peer.sends(data().psn(0));
        peer.ignoresAll();
        script.target.nowHas(0, 0x11);
        byte[] whole = peer.frame(
                data().psn(2).msn(1).of(2).at(8).filled(400, 7).immediate(4).entropy(0xC123));
        peer.sendsFrames(RawFrames.trimmed(whole, 128));
        peer.expects(nack(NackReason.TRIMMED)
                .psn(2)
                .msn(1)
                .reflected(0xC123)
                .information(0)
                .to(0, 0));
        peer.sendsFrames(RawFrames.trimmed(whole, 118));
        peer.expects(nack(NackReason.TRIMMED).psn(2));
        script.target.isUnchanged();
        script.counts(EndpointCounter.DATA_ACCEPTED, 1);
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.getsNothing();
        peer.sendsFrames(whole);
        peer.expects(sack().cumulative(1).offset(1).bits(1));
    }

    @Test
    @DisplayName("R9.3 no notice is sent for a PSN that is received or out of the window, nor for another incarnation")
    void shouldAskForNothingWhenTrimmedPacketDoesNotFit() {
        peer.sends(data().psn(0).msn(0), data().psn(5).msn(5));
        peer.ignoresAll();
        for (Packet each : new Packet[] {
            data().psn(0),
            data().psn(5),
            data().psn(65),
            data().psn(0xFF_FFFF),
            data().psn(1).source(Script.PEER_INCARNATION - 1),
            data().psn(1).destination(Script.INCARNATION + 1)
        }) {
            peer.sendsFrames(RawFrames.trimmed(peer.frame(each.msn(9).filled(200, 1)), 128));
        }
        peer.expectsNothing();
        script.counts(EndpointCounter.TRIMMED, 6);
        peer.sendsFrames(RawFrames.trimmed(peer.frame(data().psn(0).engine(3).filled(200, 1)), 128));
        peer.expects(nack(NackReason.TRIMMED).psn(0).to(3, 0));
    }

    @Test
    @DisplayName("R9.3 a trimmed packet that would begin a relation is asked for again, and begins none")
    void shouldAskForFirstPacketAgainWhenItWasTrimmed() {
        RawPeer stranger = script.peer(9);
        int w = Tunables.MIN_WINDOW_PACKETS;
        for (Packet each :
                new Packet[] {data().psn(w), data().psn(0xFF_FFFF), data().destination(Script.INCARNATION + 1)}) {
            stranger.sendsFrames(RawFrames.trimmed(stranger.frame(each.filled(200, 1)), 128));
        }
        stranger.expectsNothing();
        for (Packet each :
                new Packet[] {data().psn(w - 1).engine(3), data().psn(0).destination(Script.INCARNATION)}) {
            byte[] whole = stranger.frame(each.filled(200, 1).entropy(0xC123));
            stranger.sendsFrames(RawFrames.trimmed(whole, 128));
            stranger.expects(nack(NackReason.TRIMMED)
                    .psn(each.psn())
                    .source(Script.INCARNATION)
                    .destination(Script.PEER_INCARNATION)
                    .reflected(0xC123)
                    .information(0));
        }
        script.counts(EndpointCounter.RELATIONS, 0);
        script.target.isUnchanged();
        stranger.sends(data().filled(200, 1));
        stranger.expects(sackUpTo(1).source(Script.INCARNATION));
        script.counts(EndpointCounter.RELATIONS, 1);
    }

    @Test
    @DisplayName("R9.3 a trimmed packet of a peer that began anew is asked for again, and ends nothing")
    void shouldAskForFirstPacketAgainWhenPeerBeganAnew() {
        peer.sends(data().psn(0));
        peer.ignoresAll();
        Packet first = data().source(Script.PEER_INCARNATION + 1).filled(200, 1);
        peer.sendsFrames(RawFrames.trimmed(peer.frame(first.destination(0)), 128));
        peer.expects(nack(NackReason.TRIMMED)
                .source(Script.INCARNATION + 1)
                .destination(Script.PEER_INCARNATION + 1)
                .psn(0));
        peer.sendsFrames(RawFrames.trimmed(peer.frame(first.destination(Script.INCARNATION)), 128));
        peer.expects(nack(NackReason.TRIMMED).source(Script.INCARNATION).psn(0));
        script.counts(EndpointCounter.PEERS_RESTARTED, 0);
        peer.sends(data().psn(1).msn(1));
        peer.expects(sackUpTo(2).psn(1));
        app.getsNothing();
    }

    @Test
    @DisplayName("R9.3 a notice for a first packet tells no incarnation")
    void shouldNotLearnIncarnationWhenFirstPacketWasTrimmed() {
        app.writes(write(0, 1));
        int entropy = peer.expects(data().destination(0)).entropy();
        peer.sends(nack(NackReason.TRIMMED).psn(0).reflected(entropy));
        peer.expects(sentAgain(0).destination(0));
        peer.restartsAs(Script.PEER_INCARNATION + 7);
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    @ParameterizedTest
    @DisplayName("R9.3 a notice makes the packet sent again at once, once for each of its transmissions")
    @ValueSource(ints = {NackReason.TRIMMED, NackReason.TRIMMED_LAST_HOP})
    void shouldSendAgainOnceWhenNoticeNamesLastTransmission(int reason) {
        app.writes(write(0, 1));
        int first = peer.expects(data()).entropy();
        peer.sends(nack(reason).psn(0).reflected(first), nack(reason).psn(0).reflected(first));
        int second = peer.expects(sentAgain(0)).entropy();
        peer.expectsNothing();
        peer.sends(nack(reason).psn(0).reflected(first));
        peer.expectsNothing();
        peer.sends(nack(reason).psn(0).reflected(second));
        peer.expects(sentAgain(0));
        script.counts(EndpointCounter.LOST_BY_TRIM, 2);
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R9.3 a forged or stale notice completes, places and forgets nothing")
    void shouldIgnoreNoticeWhenNothingFits() {
        app.writes(write(0, 1));
        int entropy = peer.expects(data()).entropy();
        peer.sends(
                nack(NackReason.TRIMMED).psn(1).reflected(entropy),
                nack(NackReason.TRIMMED).psn(0).reflected(entropy + 1),
                nack(NackReason.TRIMMED).psn(0).reflected(entropy).destination(Script.INCARNATION + 1));
        peer.expectsNothing();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        peer.sends(nack(NackReason.TRIMMED).psn(0).reflected(entropy));
        script.advance(ms(1_000));
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 4);
    }

    @Test
    @DisplayName("R9.4 a wrong ICRC causes nothing, in any kind of packet")
    void shouldDoNothingWhenIcrcIsWrong() {
        app.writes(write(0, 1));
        peer.expects(data());
        Packet[] packets = {
            data().bytes(1, 2, 3, 4),
            sackUpTo(1).psn(0),
            nack(NackReason.BAD_KEY).psn(0),
            Packet.probe(1)
        };
        for (Packet each : packets) {
            byte[] frame = peer.frame(each);
            peer.sendsFrames(RawFrames.flipped(frame, frame.length - 1, 0));
        }
        peer.expectsNothing();
        app.getsNothing();
        script.target.isUnchanged();
        script.counts(EndpointCounter.BAD_ICRC, 4);
        script.counts(EndpointCounter.RELATIONS, 0);
    }

    @Test
    @DisplayName("R9.5 a SACK is not believed if it tells of a PSN that was never sent")
    void shouldIgnoreSackWhenItAcknowledgesWhatWasNotSent() {
        app.writes(write(0, 3L * P));
        peer.ignoresAll();
        peer.sends(
                sackUpTo(4).psn(0),
                sack().psn(0).cumulative(0).offset(0).bits(0b1001),
                sack().psn(0).cumulative(3).offset(0).bits(1),
                sack().psn(0).cumulative(0).offset(32_767).bits(1),
                sack().psn(0).cumulative(0).offset(0).bits(Long.MIN_VALUE),
                sackUpTo(0x7F_FFFF).psn(0));
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 6);
        peer.sends(sackUpTo(3).psn(2));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R9.5 a SACK of another incarnation on either side is not believed")
    void shouldIgnoreSackWhenIncarnationIsWrong() {
        peer.sends(data());
        peer.ignoresAll();
        app.writes(write(0, 1));
        peer.sends(
                sackUpTo(1).psn(0).source(Script.PEER_INCARNATION + 1),
                sackUpTo(1).psn(0).source(Script.PEER_INCARNATION - 1),
                sackUpTo(1).psn(0).destination(Script.INCARNATION + 1),
                sackUpTo(1).psn(0).destination(Script.INCARNATION - 1));
        script.peer(7).sends(sackUpTo(1).psn(0));
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 5);
    }

    @Test
    @DisplayName("R9.5 a SACK from before what is outstanding does no harm")
    void shouldNotGoBackWhenSackIsOld() {
        app.writes(write(0, 1), write(1, 1), write(2, 1));
        peer.ignoresAll();
        peer.sends(sackUpTo(2).psn(1));
        app.gets(success(0), success(1));
        peer.sends(
                sackUpTo(1).psn(0),
                sack().psn(0).cumulative(0).offset(1).bits(1),
                sackUpTo(0x80_0002).psn(0));
        app.getsNothing();
        peer.sends(sack().psn(2).cumulative(0).offset(-60).bits(0b111L << 60));
        app.gets(success(2));
    }

    @Test
    @DisplayName("R9.5 a NACK for a PSN that is not outstanding is counted, and not believed")
    void shouldIgnoreNackWhenPsnIsNotOutstanding() {
        app.writes(write(0, 1), write(1, 1));
        peer.ignoresAll();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        for (int reason : new int[] {0x0A, 0x0B, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86}) {
            peer.sends(
                    nack(reason).psn(0).information(Script.INCARNATION + 9).source(Script.PEER_INCARNATION),
                    nack(reason).psn(2).information(Script.INCARNATION + 9).source(Script.PEER_INCARNATION + 1),
                    nack(reason).psn(0xFF_FFFF).information(Script.INCARNATION + 9));
        }
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 27);
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
        int probes = probeUntilTimer(1, PROBE_NS);
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
                .matches(nextVoid(script, peer, 26)));
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

    @Test
    @DisplayName("R9.6 a message whose packet never arrives though the peer answers fails, and others go on")
    void shouldFailMessageWhenItsPacketIsLostAgainAndAgain() {
        peer.sends(data());
        peer.ignoresAll();
        app.writes(write(0, P));
        Packet last = nextVoid(script, peer, 32);
        assertTrue(voidOf(1, 0)
                .psn(0)
                .flags(AinicLayout.VOID | AinicLayout.RETRANSMITTED)
                .matches(last));
        app.writes(write(1, 1));
        peer.expects(data().psn(1));
        peer.sends(sackUpTo(2).psn(0));
        app.gets(ended(CompletionStatus.UNDELIVERABLE, 0), success(1));
    }

    @Test
    @DisplayName("R9.6 of a peer that is silent nothing is said but, at the peer timeout, that it is gone")
    void shouldGoOnSendingWhenPeerIsSilent() {
        try (Script patient = patient()) {
            RawPeer quiet = patient.peer;
            quiet.sends(data());
            quiet.ignoresAll();
            patient.app.writes(write(0, P));
            for (int i = 1; i < PATIENCE; i++) {
                patient.advance(Tunables.MAX_RTO_NS);
                patient.app.getsNothing();
            }
            int sent = 0;
            for (Packet packet : quiet.all()) {
                if (!isProbe(packet)) {
                    assertEquals(0, packet.get(Field.FLAGS) & AinicLayout.VOID, "transmission " + sent);
                    sent++;
                }
            }
            assertEquals(PATIENCE, sent);
            patient.advance(Tunables.MAX_RTO_NS);
            patient.app.gets(ended(CompletionStatus.PEER_GONE, 0), event(CompletionStatus.PEER_GONE));
        }
    }

    @Test
    @DisplayName("R9.6 a peer that is heard again after many losses of a packet does not take it")
    void shouldFailMessageWhenPeerIsHeardAgainAfterManyLosses() {
        try (Script patient = patient()) {
            RawPeer quiet = patient.peer;
            quiet.sends(data());
            quiet.ignoresAll();
            patient.app.writes(write(0, P));
            for (int i = 1; i < PATIENCE / 2; i++) {
                patient.advance(Tunables.MAX_RTO_NS);
            }
            quiet.ignoresAll();
            patient.app.getsNothing();
            Packet last = nextVoid(patient, quiet, 0);
            assertTrue(voidOf(1, 0)
                    .psn(0)
                    .flags(AinicLayout.VOID | AinicLayout.RETRANSMITTED)
                    .matches(last));
            quiet.sends(sackUpTo(1).psn(0));
            patient.app.gets(ended(CompletionStatus.UNDELIVERABLE, 0));
        }
    }

    @Test
    @DisplayName(
            "R9.6 a peer that is heard, but does not answer what was sent since the last transmission, may be cut off")
    void shouldGoOnSendingWhenNothingSentSinceIsKnownToArrive() {
        try (Script patient = patient()) {
            RawPeer cut = patient.peer;
            cut.sends(data());
            cut.ignoresAll();
            patient.app.writes(write(0, P));
            Packet latest = probe();
            for (int i = 1; i < PATIENCE / 2; i++) {
                patient.advance(Tunables.MAX_RTO_NS / 2);
                cut.sends(data().psn(i).msn(i));
                patient.advance(Tunables.MAX_RTO_NS / 2);
                for (Packet packet : cut.all()) {
                    if (isProbe(packet)) {
                        latest = packet;
                    } else if (packet.get(Field.OPCODE) != sack().get(Field.OPCODE)) {
                        assertEquals(0, packet.get(Field.FLAGS) & AinicLayout.VOID, "round " + i);
                    }
                }
                patient.app.getsNothing();
            }
            // The last one came with the last transmission, or after it.
            cut.sends(answer((int) latest.get(Field.NONCE)));
            patient.advance(Tunables.MAX_RTO_NS);
            assertTrue(voidOf(1, 0)
                    .psn(0)
                    .flags(AinicLayout.VOID | AinicLayout.RETRANSMITTED)
                    .matches(cut.next()));
        }
    }

    /** With a peer timeout of so many timer expiries. */
    private static Script patient() {
        return new Script(config -> config.withPeerTimeoutNs(PATIENCE * Tunables.MAX_RTO_NS));
    }

    /** Loses all data of a peer that answers probes, up to the first VOID packet: after so many transmissions, or some more for want of a probe. */
    private static Packet nextVoid(Script script, RawPeer peer, int transmissions) {
        int sent = 0;
        while (true) {
            for (Packet packet : peer.all()) {
                if (isProbe(packet)) {
                    peer.sends(answer((int) packet.get(Field.NONCE)));
                } else if ((packet.get(Field.FLAGS) & AinicLayout.VOID) != 0) {
                    assertTrue(sent >= transmissions, "after " + sent);
                    return packet;
                } else {
                    sent++;
                }
            }
            assertTrue(sent <= transmissions + 3, "after " + sent);
            script.app.getsNothing();
            script.advance(Tunables.MAX_RTO_NS);
        }
    }

    private static boolean isProbe(Packet packet) {
        return packet.get(Field.OPCODE) == probe().get(Field.OPCODE);
    }

    @Test
    @DisplayName("R9.6 waiting for a receive slot is no loss")
    void shouldTryForeverWhenPeerHasNoSlot() {
        app.writes(write(0, P).immediate(1));
        for (int i = 0; i < 100; i++) {
            peer.expects(data().psn(0).immediate(1));
            peer.sends(nack(NackReason.NO_RESOURCE).psn(0));
            script.advance(Tunables.NO_RESOURCE_WAIT_NS);
        }
        peer.expects(data().psn(0).immediate(1));
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
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
