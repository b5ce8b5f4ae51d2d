package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.event;
import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Script.INCARNATION;
import static io.heliograph.transport.rules.Script.PEER_INCARNATION;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Post;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R1.3, R1.9 and R1.10: what strangers can bring about, and who gives way when the table of peers is full. */
class StrangerRulesTest {
    private static final int NEWER = PEER_INCARNATION + 7;
    private static final int WRONG_KEY_FLIP = 1;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;

    @AfterEach
    void close() {
        script.close();
    }

    private int wrongKey() {
        return script.target.region().key() ^ WRONG_KEY_FLIP;
    }

    @Test
    @DisplayName("R1.3 a stranger without a valid key is refused, and leaves nothing behind")
    void shouldRememberNothingWhenStrangerHasNoKey() {
        for (int i = 10; i < 250; i++) {
            RawPeer stranger = script.peer(i);
            stranger.sends(data().key(wrongKey()));
            stranger.expects(nack(NackReason.BAD_KEY)
                    .source(INCARNATION)
                    .destination(PEER_INCARNATION)
                    .psn(0)
                    .information(wrongKey()));
        }
        script.counts(EndpointCounter.RELATIONS, 0);
        script.counts(EndpointCounter.ACCESS_ERROR, 240);
        for (int i = 2; i < 6; i++) {
            RawPeer each = script.peer(i);
            each.sends(data());
            each.expects(sackUpTo(1));
        }
    }

    @Test
    @DisplayName("R1.9 who shows neither a key nor our incarnation cannot end a relation")
    void shouldKeepRelationWhenRestartIsForged() {
        script.app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(data().psn(0).of(2));
        peer.ignoresAll();
        peer.sends(data().source(NEWER).key(wrongKey()));
        peer.expects(nack(NackReason.BAD_KEY).destination(NEWER));
        peer.sends(voidOf(1, 0).source(NEWER));
        peer.expects(nack(NackReason.CHALLENGE).source(INCARNATION + 1).destination(NEWER));
        script.app.getsNothing();
        peer.sends(sackUpTo(1).psn(0));
        script.app.gets(success(0));
        peer.sends(data().psn(1).msn(0).of(2).immediate(5));
        script.app.gets(fired(5));
        script.counts(EndpointCounter.PEERS_RESTARTED, 0);
    }

    @Test
    @DisplayName("R1.9 a challenged peer that answers is another from then on")
    void shouldEndRelationWhenChallengeIsMet() {
        script.app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(data().psn(0));
        peer.ignoresAll();
        peer.restartsAs(NEWER);
        peer.sends(voidOf(1, 0).destination(INCARNATION + 1));
        script.app.gets(ended(CompletionStatus.PEER_RESTARTED, 0), event(CompletionStatus.PEER_RESTARTED));
        peer.expects(sackUpTo(1).source(INCARNATION + 1).destination(NEWER));
        peer.sends(data().psn(1).msn(1).destination(INCARNATION + 1).immediate(3));
        script.app.gets(fired(3));
    }

    @Test
    @DisplayName("R1.9 a VOID packet of a stranger is challenged, and taken when the challenge is met")
    void shouldChallengeStrangerWhenItsPacketIsVoid() {
        peer.sends(voidOf(1, 0).psn(0).msn(0));
        peer.expects(nack(NackReason.CHALLENGE).psn(0).source(INCARNATION).destination(PEER_INCARNATION));
        script.counts(EndpointCounter.RELATIONS, 0);
        script.counts(EndpointCounter.CHALLENGED, 1);
        peer.sends(voidOf(1, 0).psn(0).msn(0).destination(INCARNATION));
        peer.expects(sackUpTo(1).source(INCARNATION).destination(PEER_INCARNATION));
        script.counts(EndpointCounter.RELATIONS, 1);
    }

    @Test
    @DisplayName(
            "R1.9 a challenged sender sends again at once, to the incarnation that it was told, once for each transmission")
    void shouldSendAgainToNamedIncarnationWhenChallenged() {
        script.app.writes(write(0, 1), write(1, 1));
        int first = (int) peer.next().get(Field.ENTROPY);
        int second = (int) peer.next().get(Field.ENTROPY);
        peer.sends(nack(NackReason.CHALLENGE).psn(0).reflected(first ^ 1));
        peer.sends(nack(NackReason.CHALLENGE).psn(0).reflected(first));
        peer.expects(data().psn(0).msn(0).source(INCARNATION).destination(PEER_INCARNATION));
        peer.sends(nack(NackReason.CHALLENGE).psn(1).reflected(second));
        peer.expects(data().psn(1).msn(1).source(INCARNATION).destination(PEER_INCARNATION));
        peer.sends(
                nack(NackReason.CHALLENGE).psn(1).reflected(second),
                nack(NackReason.CHALLENGE).psn(0).reflected(first).source(PEER_INCARNATION + 1));
        peer.expectsNothing();
        peer.sends(sackUpTo(2).psn(1));
        script.app.gets(success(0), success(1));
    }

    @Test
    @DisplayName("R1.10 when the table is full, a stranger that was silent for the peer timeout gives way")
    void shouldForgetSilentStrangerWhenTableIsFull() {
        int kept = script.app.numberOf(script.peer(2));
        for (int i = 3; i < 6; i++) {
            RawPeer each = script.peer(i);
            each.sends(data().immediate(i));
            each.expects(sackUpTo(1));
            script.app.gets(fired(i));
        }
        RawPeer newcomer = script.peer(6);
        newcomer.sends(data());
        newcomer.expects(nack(NackReason.CHALLENGE).source(INCARNATION).destination(PEER_INCARNATION));
        newcomer.sends(data().destination(INCARNATION));
        newcomer.expects(nack(NackReason.NO_RESOURCE));
        script.advance(ms(2_000));
        newcomer.sends(data().destination(INCARNATION).immediate(6));
        newcomer.expects(sackUpTo(1).source(INCARNATION));
        script.app.gets(fired(6));
        RawPeer another = script.peer(7);
        another.sends(data());
        another.expects(nack(NackReason.CHALLENGE).source(INCARNATION + 1));
        assertEquals(kept, script.app.numberOf(script.peer(2)));
    }

    @Test
    @DisplayName("R1.10 what was forgotten is not taken again when it is replayed")
    void shouldChallengeReplayWhenStrangerWasForgotten() {
        for (int i = 2; i < 6; i++) {
            script.peer(i)
                    .sends(
                            data().at(i).bytes(1),
                            data().psn(1).msn(1).at(i).bytes(2).destination(INCARNATION));
            script.peer(i).ignoresAll();
        }
        script.advance(ms(2_000));
        script.peer(6).sends(data().at(6).bytes(1).destination(INCARNATION));
        script.peer(6).ignoresAll();
        script.target.nowHas(2, 2, 2, 2, 2, 1);
        int challenged = 0;
        for (int i = 2; i < 6; i++) {
            RawPeer each = script.peer(i);
            each.sends(
                    data().at(i).bytes(1), data().psn(1).msn(1).at(i).bytes(1).destination(INCARNATION));
            boolean forgotten =
                    each.next().get(Field.OPCODE) == nack(NackReason.CHALLENGE).get(Field.OPCODE);
            challenged += forgotten ? 1 : 0;
            each.ignoresAll();
            script.target.isUnchanged();
        }
        assertEquals(1, challenged);
        script.counts(EndpointCounter.WRONG_DESTINATION, 1);
    }

    @Test
    @DisplayName("R1.10 nobody gives way who is added or heard, or whose immediate waits for a slot")
    void shouldKeepPeersWhenTheyAreInUse() {
        int number = script.app.numberOf(script.peer(2));
        script.peer(3).sends(data().psn(0).msn(1).immediate(31).fenced());
        script.peer(4).sends(data().psn(0).msn(1).immediate(41).fenced());
        for (int i = 0; i < 8; i++) {
            script.peer(5).sends(data().psn(i).msn(i).immediate(50 + i));
        }
        script.peer(3).sends(data().psn(1).msn(0));
        script.peer(4).sends(data().psn(1).msn(0));
        script.advance(ms(1_999));
        script.peer(5).sends(data().psn(8).msn(8));
        script.advance(ms(1));
        RawPeer newcomer = script.peer(6);
        newcomer.sends(data().destination(INCARNATION));
        newcomer.expects(nack(NackReason.NO_RESOURCE));
        for (int i = 0; i < 8; i++) {
            script.app.gets(fired(50 + i));
        }
        script.run();
        script.app.gets(fired(31), fired(41));
        assertEquals(number, script.app.numberOf(script.peer(2)));
    }

    @Test
    @DisplayName("R1.10 who died between a message and the one that is fenced behind it gives way")
    void shouldForgetPeerWhenItDiedBetweenMessages() {
        for (int i = 2; i < 6; i++) {
            script.peer(i).sends(data().psn(0).msn(1).immediate(i).fenced());
            script.peer(i).expects(sackUpTo(1));
        }
        script.advance(ms(2_000));
        RawPeer newcomer = script.peer(6);
        newcomer.sends(data().destination(INCARNATION));
        newcomer.expects(sackUpTo(1));
        script.app.getsNothing();
    }

    @Test
    @DisplayName("R1.10 the number of who gave way is nobody's")
    void shouldRefuseNumberWhenItsPeerGaveWay() {
        for (int i = 2; i < 6; i++) {
            script.peer(i).sends(data());
        }
        script.advance(ms(2_000));
        script.peer(6).sends(data().destination(INCARNATION));
        int gone = -1;
        for (int number = 0; number < 4; number++) {
            int each = number;
            int posted = script.endpoint.write(0, each, script.app.source(), 0, 1, 0, 0, 0);
            if (posted == Post.UNKNOWN_PEER) {
                assertEquals(-1, gone);
                gone = each;
                assertThrows(IllegalArgumentException.class, () -> script.endpoint.peerAddress(each));
            }
        }
        assertEquals(true, gone >= 0);
        IpAddress newcomer = script.peer(6).address();
        assertEquals(newcomer, script.endpoint.peerAddress(script.app.numberOf(script.peer(6))));
    }

    /** Four strangers, one packet of each: the table is full. */
    private void fourStrangers() {
        for (int i = 2; i < 6; i++) {
            script.peer(i).sends(data());
            script.peer(i).expects(sackUpTo(1));
        }
    }

    private void newcomerIsRefused() {
        RawPeer newcomer = script.peer(6);
        newcomer.sends(data().destination(INCARNATION));
        newcomer.expects(nack(NackReason.NO_RESOURCE));
    }

    @Test
    @DisplayName("R1.10 as many strangers find a place as may be known, and the application can add one more")
    void shouldHaveRoomForAllWhenAsManyWriteAsMayBeKnown() {
        int strangers = 16;
        try (Script wide = new Script(config -> config.withMaxPeers(strangers))) {
            for (int i = 0; i < strangers; i++) {
                wide.peer(10 + i).sends(data().destination(INCARNATION));
                wide.peer(10 + i).expects(sackUpTo(1));
            }
            wide.counts(EndpointCounter.STRANGERS_REFUSED, 0);
            RawPeer more = wide.peer(10 + strangers);
            more.sends(data().destination(INCARNATION));
            more.expects(nack(NackReason.NO_RESOURCE));
            wide.counts(EndpointCounter.STRANGERS_REFUSED, 1);
            wide.counts(EndpointCounter.NO_RESOURCE, 1);
            assertEquals(strangers, wide.app.numberOf(wide.peer(100)));
            assertEquals(strangers + 1, wide.app.numberOf(wide.peer(101)));
            IllegalStateException full =
                    assertThrows(IllegalStateException.class, () -> wide.app.numberOf(wide.peer(102)));
            assertTrue(String.valueOf(full.getMessage()).contains("maxPeers=16"));
        }
    }

    @Test
    @DisplayName(
            "R1.10 what is sent again or replayed keeps nobody's place: duplicates, probes, refused and trimmed packets")
    void shouldGiveWayWhenStrangerSaysNothingNew() {
        fourStrangers();
        for (int i = 0; i < 19; i++) {
            script.advance(ms(100));
            for (int each = 2; each < 6; each++) {
                RawPeer stranger = script.peer(each);
                stranger.sends(
                        data(),
                        data().psn(65).msn(1),
                        data().psn(1).msn(1).key(wrongKey()),
                        probe(7),
                        Packet.answer(7));
                stranger.sendsFrames(
                        RawFrames.trimmed(stranger.frame(data().psn(1).msn(1).filled(200, 1)), 128));
                stranger.ignoresAll();
            }
        }
        newcomerIsRefused();
        script.advance(ms(100));
        script.peer(6).sends(data().destination(INCARNATION));
        script.peer(6).expects(sackUpTo(1));
    }

    @Test
    @DisplayName("R1.10 new data keeps a stranger's place, and so does what waits for a receive slot")
    void shouldKeepPlaceWhenStrangerSaysSomethingNew() {
        fourStrangers();
        for (int i = 0; i < 8; i++) {
            script.peer(2).sends(data().psn(1 + i).msn(1 + i).immediate(i));
        }
        script.advance(ms(1_000));
        for (int i = 2; i < 6; i++) {
            // All slots are taken: the first three are refused, the others are not.
            script.peer(i)
                    .sends(
                            i < 4
                                    ? data().psn(i == 2 ? 9 : 1)
                                            .msn(i == 2 ? 9 : 1)
                                            .immediate(9)
                                    : data().psn(1).msn(1));
        }
        script.counts(EndpointCounter.NO_RESOURCE, 2);
        script.advance(ms(1_999));
        newcomerIsRefused();
        script.advance(ms(1));
        script.peer(6).sends(data().destination(INCARNATION));
        script.peer(6).expects(sackUpTo(1));
    }

    @Test
    @DisplayName("R1.10 an acknowledgement of what this node sent keeps a stranger's place")
    void shouldKeepPlaceWhenStrangerAcknowledges() {
        fourStrangers();
        script.advance(ms(1_500));
        for (int number = 0; number < 4; number++) {
            RawPeer each = script.peer(2 + number);
            assertEquals(Post.OK, script.endpoint.write(0, number, script.app.source(), 0, 1, 0, 0, number));
            script.run();
            each.expects(data().psn(0));
            each.sends(sackUpTo(1).psn(0));
            script.app.gets(success(number));
        }
        script.advance(ms(1_000));
        for (int number = 0; number < 4; number++) {
            // Of nothing new.
            script.peer(2 + number).sends(sackUpTo(1).psn(0));
        }
        script.advance(ms(999));
        newcomerIsRefused();
        script.advance(ms(1));
        script.peer(6).sends(data().destination(INCARNATION));
        script.peer(6).expects(sackUpTo(1));
    }
}
