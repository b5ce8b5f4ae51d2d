package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R9, loss recovery by SACK and timer: what is sent again, when, to the nanosecond, and what is not believed. */
class LossRecoveryRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    private static final long RTT_NS = us(100);
    private static final long WINDOW_NS = RTT_NS / 4;
    /** After one round trip R: R + 4 R/2. */
    private static final long PROBE_NS = 3 * RTT_NS;

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
        int probes = probeUntilTimer(script, 1, Tunables.MIN_TAIL_PROBE_NS);
        script.waits(Tunables.MIN_RTO_NS, peer);
        peer.expects(sentAgain(1));
        script.waits(2 * Tunables.MIN_RTO_NS, peer);
        peer.expects(sentAgain(1));
        script.counts(EndpointCounter.TAIL_PROBES, probes);
        script.counts(EndpointCounter.LOST_BY_TIMER, 2);
    }

    /** The one packet in flight is probed as often as that is sooner than the least timeout; returns how often. */
    static int probeUntilTimer(Script script, int psn, long firstNs) {
        int probes = 0;
        for (long timeoutNs = firstNs; timeoutNs < Tunables.MIN_RTO_NS; timeoutNs *= 2) {
            script.waits(timeoutNs, script.peer);
            script.peer.expects(sentAgain(psn));
            script.peer.expectsNothing();
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
