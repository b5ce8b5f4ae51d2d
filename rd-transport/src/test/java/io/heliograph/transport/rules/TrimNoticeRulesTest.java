package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Write.write;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R9.3, trimmed packets: who is told, and what is believed of it. */
class TrimNoticeRulesTest {
    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
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

    private static Packet sentAgain(int psn) {
        return data().psn(psn).again();
    }
}
