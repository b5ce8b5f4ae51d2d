package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R7, receive slots and back-pressure. There is one slot here. */
class ReceiveSlotRulesTest {
    private final Script script = new Script(config -> config.withReceiveSlots(1));
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R7.1 an immediate is refused while no slot is free, and taken when the application polled")
    void shouldRefuseImmediateUntilApplicationPolls() {
        peer.sends(data().psn(0).msn(0).at(0).bytes(1).immediate(1));
        peer.expects(sackUpTo(1));
        peer.sends(data().psn(1).msn(1).at(1).bytes(2).immediate(2));
        peer.expects(nack(NackReason.NO_RESOURCE).psn(1).msn(1));
        script.target.nowHas(0, 1);
        peer.sends(data().psn(1).msn(1).at(1).bytes(2).immediate(2));
        peer.expects(nack(NackReason.NO_RESOURCE).psn(1));
        script.counts(EndpointCounter.NO_RESOURCE, 2);
        app.gets(fired(1));
        peer.sends(data().psn(1).msn(1).at(1).bytes(2).immediate(2));
        peer.expects(sackUpTo(2));
        script.target.nowHas(1, 2);
        app.gets(fired(2));
    }

    @Test
    @DisplayName("R7.1 packets without immediate need no slot")
    void shouldTakePacketWhenItHasNoImmediate() {
        peer.sends(
                data().psn(0).msn(0).immediate(1),
                data().psn(1).msn(1).of(2).at(5).bytes(1, 2, 3, 4));
        peer.expects(sackUpTo(2));
        script.target.with(0, 0x11).nowHas(5, 1, 2, 3, 4);
    }

    @Test
    @DisplayName("R7.2 accepted immediates fire in the order of becoming ready, as slots come free, and none is lost")
    void shouldFireInOrderWhenSlotsComeFree() {
        peer.sends(
                data().psn(3).msn(3).immediate(3).fenced(),
                data().psn(2).msn(2).immediate(2).fenced(),
                data().psn(1).msn(1).immediate(1).fenced());
        peer.ignoresAll();
        peer.sends(data().psn(0).msn(0));
        peer.expects(sackUpTo(4));
        app.gets(fired(1));
        app.getsNothing();
        script.run();
        app.gets(fired(2));
        script.run();
        app.gets(fired(3));
        script.run();
        app.getsNothing();
    }

    @Test
    @DisplayName("R7.2 a waiting immediate wants a duty cycle as soon as the application polled")
    void shouldWantToRunWhenSlotCameFreeForWaitingImmediate() {
        peer.sends(
                data().psn(1).msn(1).immediate(1).fenced(),
                data().psn(2).msn(2).immediate(2).fenced(),
                data().psn(0).msn(0));
        assertTrue(script.endpoint.nextDeadlineNs() > script.clock.nowNs());
        app.gets(fired(1));
        assertTrue(script.endpoint.nextDeadlineNs() <= script.clock.nowNs());
        script.advance(0);
        app.gets(fired(2));
    }

    @Test
    @DisplayName("R7.2 an immediate that waits comes before one that arrives later, also from another queue")
    void shouldServeWaitingImmediateFirstWhenOthersKeepArriving() {
        peer.sends(
                data().psn(1).msn(1).immediate(1).fenced(),
                data().psn(2).msn(2).immediate(2).fenced(),
                data().psn(0).msn(0));
        peer.ignoresAll();
        app.gets(fired(1));
        peer.sends(data().psn(3).msn(0).queue(1).immediate(100));
        peer.expects(nack(NackReason.NO_RESOURCE).psn(3));
        app.gets(fired(2));
    }

    @Test
    @DisplayName("R7.3 a refused packet is sent again after the default wait, to the nanosecond")
    void shouldSendAgainAfterDefaultWaitWhenNackNamesNone() {
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        for (int i = 0; i < 5; i++) {
            peer.sends(nack(NackReason.NO_RESOURCE).psn(0));
            script.waits(Tunables.NO_RESOURCE_WAIT_NS, peer);
            peer.expects(data().psn(0).again());
        }
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R7.3 a refused packet is sent again after the wait in the NACK")
    void shouldSendAgainAfterNamedWaitWhenNackNamesOne() {
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        peer.sends(nack(NackReason.NO_RESOURCE).psn(0).information(7_000));
        script.waits(us(7_000), peer);
        peer.expects(data().psn(0).again());
    }

    @Test
    @DisplayName("R7.3 no packet waits behind one that has to wait longer")
    void shouldSendShorterWaitFirstWhenLongerOneCameBefore() {
        app.writes(write(0, 1), write(1, 1), write(2, 1));
        peer.ignoresAll();
        peer.sends(
                nack(NackReason.NO_RESOURCE).psn(0).information(9_000),
                nack(NackReason.NO_RESOURCE).psn(1).information(1_000),
                nack(NackReason.BAD_KEY).psn(2));
        peer.expects(voidOf(1, 2).psn(2).again());
        script.waits(ms(1), peer);
        peer.expects(data().psn(1).again());
        peer.sends(sack().psn(1).cumulative(0).offset(1).bits(3));
        script.waits(ms(8), peer);
        peer.expects(data().psn(0).again());
    }

    @Test
    @DisplayName("R7.3 a packet that waits may still be acknowledged")
    void shouldNotSendAgainWhenAcknowledgedMeanwhile() {
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.NO_RESOURCE).psn(0));
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        script.advance(ms(5_000));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R7.3 the sender goes on for as long as the peer answers, and ends when it does not")
    void shouldGoOnWhenPeerAnswersForLong() {
        app.writes(write(0, 1).immediate(1));
        long endNs = script.clock.nowNs() + 3 * Tunables.PEER_TIMEOUT_NS;
        while (script.clock.nowNs() < endNs) {
            peer.ignoresAll();
            peer.sends(nack(NackReason.NO_RESOURCE).psn(0).information(100_000));
            script.advance(us(100_000));
        }
        app.getsNothing();
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(App.ended(CompletionStatus.PEER_GONE, 0));
    }

    @Test
    @DisplayName("R7.3 a sender whose peer refuses for want of a relation goes on, too")
    void shouldGoOnWhenPeerHasNoRelationFree() {
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.NO_RESOURCE).psn(0).source(77));
        script.waits(Tunables.NO_RESOURCE_WAIT_NS, peer);
        peer.expects(data().psn(0).destination(0).again());
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R4.3 PSN_OOR_WINDOW: the packet is sent again after the default wait")
    void shouldSendAgainWhenPeerSaysPsnIsBeyondItsWindow() {
        app.writes(write(0, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.PSN_OOR_WINDOW).psn(0));
        script.waits(Tunables.NO_RESOURCE_WAIT_NS, peer);
        peer.expects(data().psn(0).again());
    }

    @Test
    @DisplayName(
            "R4.3 PSN_OOR_WINDOW: the wait doubles while nothing new is acknowledged, and begins anew when something is")
    void shouldWaitTwiceAsLongWhenNothingGotThrough() {
        app.writes(write(0, 1));
        app.writes(write(0, 1));
        peer.ignoresAll();
        long waitNs = Tunables.NO_RESOURCE_WAIT_NS;
        for (int i = 0; i < 4; i++) {
            peer.sends(nack(NackReason.PSN_OOR_WINDOW).psn(1));
            script.waits(waitNs, peer);
            peer.expects(data().psn(1).again());
            waitNs *= 2;
        }
        peer.sends(sackUpTo(1).psn(0));
        peer.sends(nack(NackReason.PSN_OOR_WINDOW).psn(1));
        script.waits(Tunables.NO_RESOURCE_WAIT_NS, peer);
        peer.expects(data().psn(1).again());
    }
}
