package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.event;
import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.answer;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.INCARNATION;
import static io.heliograph.transport.rules.Script.PEER_INCARNATION;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Write.write;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R1, server to server: relations, incarnations, and peers that are gone. */
class RelationRulesTest {
    private static final int NEWER = PEER_INCARNATION + 1;
    private static final int OLDER = PEER_INCARNATION - 1;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private final Target target = script.target;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R1.1 addresses and a key are enough to write and to be written to")
    void shouldTakeAndSendDataWhenNothingWasSaidBefore() {
        peer.sends(data().at(100).bytes(1, 2, 3));
        target.nowHas(100, 1, 2, 3);
        peer.expects(sackUpTo(1));
        RawPeer other = script.peer(3);
        app.writes(write(7, 3).to(other));
        other.expects(data().payload(App.bytesAt(0, 3)).key(Script.REMOTE_KEY).at(0));
        other.expectsNothing();
    }

    @Test
    @DisplayName("R1.2 a relation starts at PSN 0 and MSN 0, without knowing the peer's incarnation until a SACK tells")
    void shouldSendDestinationIncarnationZeroWhenPeerIsNotKnownYet() {
        app.writes(write(0, 1), write(1, 1).on(1));
        peer.expects(
                data().psn(0).msn(0).queue(0).source(INCARNATION).destination(0),
                data().psn(1).msn(0).queue(1).source(INCARNATION).destination(0));
        peer.sends(sackUpTo(1).psn(0));
        app.writes(write(2, 1));
        peer.expects(data().psn(2).msn(1).queue(0).source(INCARNATION).destination(PEER_INCARNATION));
    }

    @Test
    @DisplayName("R1.2 the peer's incarnation is learned from its data, too")
    void shouldKnowPeersIncarnationWhenItSentData() {
        peer.sends(data());
        peer.expects(sackUpTo(1).source(INCARNATION).destination(PEER_INCARNATION));
        app.writes(write(0, 1));
        peer.expects(data().psn(0).msn(0).destination(PEER_INCARNATION));
    }

    @Test
    @DisplayName("R1.2 a SACK for another incarnation, or of what was never sent, teaches nothing")
    void shouldLearnNothingWhenSackIsForAnother() {
        app.numberOf(peer);
        peer.sends(sackUpTo(0).psn(0));
        app.writes(write(0, 1));
        peer.expects(data().destination(0));
        peer.sends(
                sackUpTo(1).psn(0).destination(INCARNATION - 1),
                sackUpTo(1).psn(0).destination(0));
        app.getsNothing();
        app.writes(write(1, 1));
        peer.expects(data().destination(0));
        script.counts(EndpointCounter.UNBELIEVED, 3);
    }

    @Test
    @DisplayName(
            "R1.3 control packets, data for somebody else's incarnation and trimmed data from strangers create nothing")
    void shouldCreateNoRelationWhenItIsNotDataWithDestinationZero() {
        RawPeer stranger = script.peer(9);
        stranger.sends(
                sackUpTo(1),
                nack(NackReason.BAD_KEY).psn(0),
                probe(1),
                answer(1),
                sack().destination(0).bits(1));
        stranger.expectsNothing();
        stranger.sendsFrames(RawFrames.trimmed(stranger.frame(data().filled(200, 1)), 128));
        stranger.expects(nack(NackReason.TRIMMED));
        stranger.sends(data().destination(INCARNATION - 1));
        stranger.expects(nack(NackReason.WRONG_DESTINATION)
                .source(INCARNATION)
                .destination(PEER_INCARNATION)
                .psn(0));
        script.counts(EndpointCounter.RELATIONS, 0);
        target.isUnchanged();
    }

    @Test
    @DisplayName("R1.3 a source incarnation of 0 is none")
    void shouldDropPacketWhenSourceIncarnationIsZero() {
        peer.sends(data().source(0));
        app.numberOf(peer);
        peer.sends(data().source(0), probe(1).source(0));
        peer.sendsFrames(RawFrames.trimmed(peer.frame(data().source(0).filled(200, 1)), 128));
        app.writes(write(0, 1));
        peer.expects(data().psn(0).destination(0));
        peer.sends(nack(NackReason.BAD_KEY).psn(0).source(0), sackUpTo(1).psn(0).source(0));
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.RELATIONS, 0);
        target.isUnchanged();
    }

    @Test
    @DisplayName("R1.3 when the table is full, strangers are refused and others are served")
    void shouldAnswerNoResourceWhenTableOfRelationsIsFull() {
        for (int i = 2; i < 6; i++) {
            RawPeer each = script.peer(i);
            each.sends(data());
            each.expects(sackUpTo(1));
        }
        RawPeer fifth = script.peer(6);
        fifth.sends(data().msn(5).psn(6).destination(INCARNATION));
        fifth.expects(nack(NackReason.NO_RESOURCE)
                .psn(6)
                .msn(5)
                .source(INCARNATION)
                .destination(PEER_INCARNATION)
                .reflected(Script.ENTROPY));
        peer.sends(data().psn(1).msn(1));
        peer.expects(sackUpTo(2));
        script.counts(EndpointCounter.RELATIONS, 4);
    }

    @Test
    @DisplayName("R1.4 new source incarnation, destination ours: only the receiving direction starts anew")
    void shouldKeepSendingWhenOnlyPeersSendingDirectionIsNew() {
        peer.sends(data().of(2).at(0).bytes(1));
        peer.ignoresAll();
        app.writes(write(0, 1));
        peer.expects(data().psn(0).source(INCARNATION));
        peer.restartsAs(NEWER);
        peer.sends(data().destination(INCARNATION).at(8).bytes(2));
        peer.expects(sackUpTo(1).source(INCARNATION).destination(NEWER));
        app.getsNothing();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        script.advance(ms(10_000));
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.4 what the peer's former self acknowledged its new one lacks: both directions end")
    void shouldEndBothDirectionsWhenFormerSelfAcknowledgedSomething() {
        app.writes(write(0, 1), write(1, 1));
        peer.ignoresAll();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        peer.restartsAs(NEWER);
        peer.sends(data().destination(INCARNATION));
        app.gets(ended(CompletionStatus.PEER_RESTARTED, 1), event(CompletionStatus.PEER_RESTARTED));
        peer.expects(sackUpTo(1).source(INCARNATION + 1).destination(NEWER));
        app.writes(write(2, 1));
        peer.expects(data().psn(0).msn(0).source(INCARNATION + 1).destination(NEWER));
    }

    @Test
    @DisplayName("R1.4 unfired immediates of what is abandoned do not fire")
    void shouldNotFireWhenRelationEndedBefore() {
        peer.sends(
                data().psn(0).msn(1).immediate(11).fenced(),
                data().psn(1).msn(2).of(2).immediate(12));
        peer.restartsAs(NEWER);
        peer.sends(
                data().psn(0).msn(1).immediate(21),
                data().psn(1).msn(0).immediate(20).fenced());
        app.gets(event(CompletionStatus.PEER_RESTARTED), fired(21), fired(20));
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.4 immediates that wait for a slot are abandoned with their relation")
    void shouldNotFireWaitingImmediateWhenRelationEnded() {
        try (Script small = new Script(config -> config.withReceiveSlots(1))) {
            small.peer.sends(
                    data().psn(1).msn(1).immediate(1).fenced(),
                    data().psn(2).msn(2).immediate(2).fenced(),
                    data().psn(0).msn(0));
            small.peer.restartsAs(NEWER);
            small.peer.sends(data());
            small.app.gets(event(CompletionStatus.PEER_RESTARTED), fired(1));
            small.run();
            small.app.getsNothing();
        }
    }

    @Test
    @DisplayName("R1.4 new source incarnation, destination not ours: both directions end, and ours is later, too")
    void shouldEndBothDirectionsWhenPeerKnowsNothing() {
        peer.sends(data().psn(0), data().psn(1).msn(1).of(2));
        peer.ignoresAll();
        app.writes(write(0, 1), write(1, 1).immediate(5).fenced());
        peer.ignoresAll();
        peer.restartsAs(NEWER);
        peer.sends(data().psn(0).msn(0).at(64).bytes(9).immediate(77));
        app.gets(
                ended(CompletionStatus.PEER_RESTARTED, 0),
                ended(CompletionStatus.PEER_RESTARTED, 1),
                event(CompletionStatus.PEER_RESTARTED),
                fired(77));
        peer.expects(sackUpTo(1).source(INCARNATION + 1).destination(NEWER));
        app.writes(write(2, 1));
        peer.expects(data().psn(0).msn(0).source(INCARNATION + 1).destination(NEWER));
        script.advance(ms(3));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R1.5 a packet of an earlier incarnation is dropped, and its sender told")
    void shouldAnswerStaleSourceWhenIncarnationIsEarlier() {
        peer.sends(data().at(0).bytes(1));
        target.nowHas(0, 1);
        peer.expects(sackUpTo(1));
        peer.sends(
                data().psn(1).msn(1).source(OLDER).bytes(2),
                data().psn(2).msn(1).source(PEER_INCARNATION + 0x8000_0000 + 1).bytes(2));
        target.isUnchanged();
        peer.expects(nack(NackReason.STALE_SOURCE).psn(1).destination(OLDER).information(PEER_INCARNATION));
        peer.expects(nack(NackReason.STALE_SOURCE).psn(2).information(PEER_INCARNATION));
        peer.sends(sackUpTo(1).source(OLDER), probe(1).source(OLDER));
        peer.expectsNothing();
        script.counts(EndpointCounter.STALE_INCARNATION, 2);
    }

    @Test
    @DisplayName("R1.5 a sender that a later incarnation of its own is known of begins after that one")
    void shouldBeginAfterKnownIncarnationWhenToldStale() {
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.STALE_SOURCE).psn(0).information(INCARNATION + 500));
        app.gets(ended(CompletionStatus.PEER_RESTARTED, 0), event(CompletionStatus.PEER_RESTARTED));
        app.writes(write(1, 1));
        peer.expects(data().psn(0).msn(0).source(INCARNATION + 501).destination(0));
    }

    @Test
    @DisplayName(
            "R1.5 a notice of staleness is not believed if it is for another incarnation, no outstanding PSN, or of nothing later")
    void shouldIgnoreStaleSourceWhenItDoesNotFit() {
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(
                nack(NackReason.STALE_SOURCE).psn(1).information(INCARNATION + 500),
                nack(NackReason.STALE_SOURCE)
                        .psn(0)
                        .information(INCARNATION + 500)
                        .destination(INCARNATION - 1),
                nack(NackReason.STALE_SOURCE).psn(0).information(INCARNATION),
                nack(NackReason.STALE_SOURCE).psn(0).information(INCARNATION - 5));
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 4);
    }

    @Test
    @DisplayName("R1.6 data for another incarnation of this node is dropped, and its sender told")
    void shouldAnswerWrongDestinationWhenIncarnationIsNotOurs() {
        peer.sends(data());
        peer.expects(sackUpTo(1));
        target.nowHas(0, 0x11);
        peer.sends(data().psn(1).msn(1).bytes(3).destination(INCARNATION + 1));
        peer.expects(nack(NackReason.WRONG_DESTINATION)
                .psn(1)
                .source(INCARNATION)
                .destination(PEER_INCARNATION)
                .information(0));
        peer.sends(sackUpTo(0).destination(INCARNATION + 1), probe(4).destination(INCARNATION + 1));
        peer.expectsNothing();
        target.isUnchanged();
        script.counts(EndpointCounter.WRONG_DESTINATION, 1);
    }

    @Test
    @DisplayName("R1.6 a sender that wrote to a former self of the peer starts a new relation")
    void shouldStartAnewWhenToldWrongDestination() {
        peer.sends(data());
        peer.ignoresAll();
        app.writes(write(0, 1), write(1, 2000));
        peer.ignoresAll();
        peer.sends(nack(NackReason.WRONG_DESTINATION).psn(1).source(NEWER));
        app.gets(
                ended(CompletionStatus.PEER_RESTARTED, 0),
                ended(CompletionStatus.PEER_RESTARTED, 1),
                event(CompletionStatus.PEER_RESTARTED));
        app.writes(write(2, 1));
        peer.expects(data().psn(0).msn(0).source(INCARNATION + 1).destination(0));
        peer.restartsAs(NEWER);
        peer.sends(sackUpTo(1).psn(0).destination(INCARNATION + 1));
        app.gets(success(2));
    }

    @Test
    @DisplayName(
            "R1.6 a notice of another incarnation is not believed from the one that is known, or for no outstanding PSN")
    void shouldIgnoreWrongDestinationWhenItDoesNotFit() {
        peer.sends(data());
        peer.ignoresAll();
        app.writes(write(0, 1));
        peer.sends(
                nack(NackReason.WRONG_DESTINATION).psn(0),
                nack(NackReason.WRONG_DESTINATION).psn(0).source(OLDER),
                nack(NackReason.WRONG_DESTINATION).psn(1).source(NEWER),
                nack(NackReason.WRONG_DESTINATION).psn(0).source(NEWER).destination(INCARNATION + 1));
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 4);
    }

    @Test
    @DisplayName("R1.7 destination incarnation 0 is taken in data, never in control packets")
    void shouldTakeDestinationZeroWhenInDataOnly() {
        peer.sends(data().destination(0));
        peer.expects(sackUpTo(1));
        peer.sends(
                data().psn(1).msn(1).destination(INCARNATION),
                data().psn(2).msn(2).destination(0));
        peer.expects(sackUpTo(3));
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        peer.sends(
                sackUpTo(1).psn(0).destination(0),
                nack(NackReason.BAD_KEY).psn(0).destination(0),
                probe(1).destination(0));
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 3);
    }

    @Test
    @DisplayName("R1.8 a peer that acknowledges nothing is gone at the peer timeout, to the nanosecond, with one event")
    void shouldReportPeerGoneWhenNothingIsAcknowledged() {
        app.writes(write(0, 1), write(1, 1));
        script.advance(Tunables.PEER_TIMEOUT_NS - 1);
        app.getsNothing();
        script.advance(1);
        app.gets(
                ended(CompletionStatus.PEER_GONE, 0),
                ended(CompletionStatus.PEER_GONE, 1),
                event(CompletionStatus.PEER_GONE));
        app.getsNothing();
        peer.ignoresAll();
        script.advance(ms(60_000));
        peer.expectsNothing();
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.8 a later WRITE to a peer that was gone starts a new relation")
    void shouldStartAnewWhenPeerWasGone() {
        app.writes(write(0, 1));
        peer.expects(data());
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        app.writes(write(1, 1));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(ended(CompletionStatus.PEER_GONE, 1), event(CompletionStatus.PEER_GONE));
        peer.ignoresAll();
        app.writes(write(2, 1));
        peer.expects(data().psn(0).msn(0).source(INCARNATION + 1).destination(0));
        peer.sends(sackUpTo(1).psn(0).destination(INCARNATION));
        app.getsNothing();
        peer.restartsAs(NEWER);
        peer.sends(sackUpTo(1).psn(0).destination(INCARNATION + 1));
        app.gets(success(2));
    }

    @Test
    @DisplayName("R1.8 the peer timeout runs from the last valid packet")
    void shouldNotBeGoneWhenPeerIsHeard() {
        app.writes(write(0, 1));
        for (int i = 0; i < 10; i++) {
            script.advance(Tunables.PEER_TIMEOUT_NS - 1);
            peer.ignoresAll();
            peer.sends(nack(NackReason.NO_RESOURCE).psn(0));
        }
        app.getsNothing();
        peer.sends(nack(NackReason.NO_RESOURCE).psn(3), sackUpTo(5));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(ended(CompletionStatus.PEER_GONE, 0), event(CompletionStatus.PEER_GONE));
    }

    @Test
    @DisplayName("R1.8 of an idle peer nothing is asked, however long it is silent")
    void shouldNotBeGoneWhenNothingIsAskedOfIt() {
        peer.sends(data());
        peer.ignoresAll();
        script.advance(ms(3_600_000));
        peer.expectsNothing();
        app.getsNothing();
        app.writes(write(0, 1));
        script.advance(Tunables.PEER_TIMEOUT_NS - 1);
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.8 who stops in the middle of a message is probed, and gone at the peer timeout")
    void shouldProbeAndReportPeerGoneWhenMessageStaysPartial() {
        peer.sends(data().of(2));
        peer.expects(sackUpTo(1));
        for (int i = 1; i < 8; i++) {
            script.waits(Tunables.PROBE_INTERVAL_NS, peer);
            peer.expects(probe().source(INCARNATION).destination(PEER_INCARNATION));
        }
        script.waits(Tunables.PROBE_INTERVAL_NS, peer);
        app.gets(event(CompletionStatus.PEER_GONE));
        peer.ignoresAll();
        script.advance(ms(10_000));
        peer.expectsNothing();
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.8 an answer to the latest probe, or more of the message, shows that the peer is there")
    void shouldNotBeGoneWhenProbesAreAnswered() {
        peer.sends(data().of(2));
        peer.expects(sackUpTo(1));
        for (int i = 0; i < 20; i++) {
            script.advance(Tunables.PEER_TIMEOUT_NS - 1);
            int nonce = (int) peer.next().get(Field.NONCE);
            peer.ignoresAll();
            peer.sends(answer(nonce));
        }
        app.getsNothing();
        peer.sends(data().psn(1).of(2));
        peer.ignoresAll();
        script.advance(ms(10_000));
        peer.expectsNothing();
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.8 what can be recorded and sent again does not show that a peer is there")
    void shouldBeGoneWhenWhatItSaidIsReplayed() {
        app.writes(write(0, 1));
        peer.expects(data());
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        peer.sends(data().of(2));
        peer.expects(sackUpTo(1));
        script.advance(Tunables.PROBE_INTERVAL_NS);
        int nonce = (int) peer.next().get(Field.NONCE);
        peer.sends(answer(nonce));
        for (int i = 0; i < 19; i++) {
            script.advance(ms(100));
            peer.sends(
                    data().of(2),
                    data().psn(65).of(2),
                    data().psn(1).of(2).key(1),
                    sackUpTo(1).psn(0),
                    probe(nonce),
                    answer(nonce));
            peer.ignoresAll();
        }
        app.getsNothing();
        script.advance(ms(100));
        app.gets(event(CompletionStatus.PEER_GONE));
    }

    @Test
    @DisplayName("R1.8 a packet that is refused for want of a receive slot shows that its sender is there")
    void shouldNotBeGoneWhenPeerIsRefusedForWantOfRoom() {
        for (int i = 0; i < 8; i++) {
            peer.sends(data().psn(i).msn(i).immediate(i));
        }
        peer.sends(data().psn(8).msn(8).of(2));
        peer.ignoresAll();
        for (int i = 0; i < 5; i++) {
            script.advance(Tunables.PEER_TIMEOUT_NS - 1);
            peer.sends(data().psn(9).msn(8).of(2).immediate(8));
        }
        for (int i = 0; i < 8; i++) {
            app.gets(fired(i));
        }
        app.getsNothing();
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(event(CompletionStatus.PEER_GONE));
    }

    @Test
    @DisplayName("R1.8 a probe is answered with its nonce; answers and strangers' probes are not")
    void shouldAnswerProbeWhenRelationIsKnown() {
        peer.sends(probe(5));
        peer.expectsNothing();
        peer.sends(data());
        peer.expects(sackUpTo(1));
        peer.sends(probe(0xCAFE_F00D));
        peer.expects(answer(0xCAFE_F00D).source(INCARNATION).destination(PEER_INCARNATION));
        peer.sends(answer(7));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R1.8 what was partly received from a peer that was gone is forgotten")
    void shouldForgetPartialMessageWhenPeerWasGone() {
        peer.sends(data().of(2).immediate(1));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(event(CompletionStatus.PEER_GONE));
        peer.ignoresAll();
        peer.restartsAs(NEWER);
        peer.sends(data().psn(1).of(2));
        peer.expects(sack().cumulative(0).source(INCARNATION + 1));
        app.getsNothing();
    }

    @Test
    @DisplayName("R1.8 what a peer that was gone sent before is stale: its PSNs are forgotten")
    void shouldTakeNothingAgainWhenPeerWasGone() {
        peer.sends(data().psn(0).immediate(1), data().psn(1).msn(1).of(2));
        app.gets(fired(1));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(event(CompletionStatus.PEER_GONE));
        peer.ignoresAll();
        peer.sends(data().psn(0).immediate(1));
        peer.expects(nack(NackReason.STALE_SOURCE).psn(0).information(NEWER));
        peer.sends(data().psn(0).immediate(1).source(NEWER));
        app.gets(fired(1));
        app.getsNothing();
    }

    @Test
    @DisplayName(
            "R1.5 a SACK of an incarnation that is over teaches nothing: what was received from it would be taken again")
    void shouldNotLearnIncarnationFromSackWhenItIsOver() {
        peer.sends(data().psn(0).immediate(1), data().psn(1).msn(1).of(2));
        app.gets(fired(1));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(event(CompletionStatus.PEER_GONE));
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(sackUpTo(1).psn(0).destination(INCARNATION + 1));
        script.counts(EndpointCounter.UNBELIEVED, 1);
        peer.sends(data().psn(0).immediate(1).destination(INCARNATION + 1));
        app.getsNothing();
        peer.expects(nack(NackReason.STALE_SOURCE).psn(0).information(NEWER));
        peer.sends(sackUpTo(1).psn(0).source(NEWER).destination(INCARNATION + 1));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R1.5 of whom nothing was received nothing is over: a peer that keeps no state goes on as it is")
    void shouldStillKnowIncarnationWhenOnlyChallengeWasHeardOfIt() {
        app.writes(write(0, 1));
        int entropy = (int) peer.next().get(Field.ENTROPY);
        peer.sends(nack(NackReason.CHALLENGE).psn(0).reflected(entropy));
        peer.expects(data().psn(0).source(INCARNATION).destination(PEER_INCARNATION));
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(ended(CompletionStatus.PEER_GONE, 0), event(CompletionStatus.PEER_GONE));
        peer.ignoresAll();
        app.writes(write(1, 1));
        entropy = (int) peer.next().get(Field.ENTROPY);
        peer.sends(nack(NackReason.CHALLENGE).psn(0).reflected(entropy).destination(INCARNATION + 1));
        peer.expects(data().psn(0).source(INCARNATION + 1).destination(PEER_INCARNATION));
        peer.sends(
                sackUpTo(1).psn(0).destination(INCARNATION + 1),
                data().psn(0).immediate(1).destination(INCARNATION + 1));
        app.gets(success(1), fired(1));
        script.counts(EndpointCounter.UNBELIEVED, 0);
        script.counts(EndpointCounter.STALE_INCARNATION, 0);
    }

    @Test
    @DisplayName("R1.6 what the peer's former self sent is stale from when its new one answered")
    void shouldTakeNothingOfFormerSelfWhenToldWrongDestination() {
        peer.sends(data().psn(0).immediate(1));
        app.gets(fired(1));
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.WRONG_DESTINATION).psn(0).source(PEER_INCARNATION + 7));
        app.gets(ended(CompletionStatus.PEER_RESTARTED, 0), event(CompletionStatus.PEER_RESTARTED));
        peer.sends(data().psn(0).immediate(1), data().psn(0).immediate(1).source(PEER_INCARNATION + 6));
        app.getsNothing();
        peer.expects(
                nack(NackReason.STALE_SOURCE).information(PEER_INCARNATION + 7),
                nack(NackReason.STALE_SOURCE).information(PEER_INCARNATION + 7));
        peer.sends(data().psn(0).immediate(2).source(PEER_INCARNATION + 7));
        app.gets(fired(2));
    }

    @Test
    @DisplayName("R1.6 who knows neither self is told of the destination first, which it can believe")
    void shouldAnswerWrongDestinationFirstWhenBothIncarnationsAreOld() {
        peer.sends(data());
        peer.ignoresAll();
        peer.sends(data().psn(1).source(OLDER).destination(INCARNATION - 1));
        peer.expects(nack(NackReason.WRONG_DESTINATION).psn(1).destination(OLDER));
    }

    @Test
    @DisplayName("R1.8 the bound holds on a clock that starts below zero")
    void shouldReportPeerGoneWhenClockIsNegative() {
        try (Script early = new Script(config -> config, MemoryPort.pair(Script.MTU_BYTES), -ms(100_000))) {
            RawPeer silent = early.peer(3);
            early.app.writes(write(0, 1).to(silent));
            early.peer.sends(data().of(2));
            early.peer.ignoresAll();
            early.waits(Tunables.PROBE_INTERVAL_NS, early.peer);
            early.peer.expects(probe());
            early.advance(Tunables.PEER_TIMEOUT_NS - Tunables.PROBE_INTERVAL_NS);
            early.app.gets(
                    ended(CompletionStatus.PEER_GONE, 0),
                    event(CompletionStatus.PEER_GONE),
                    event(CompletionStatus.PEER_GONE));
        }
    }
}
