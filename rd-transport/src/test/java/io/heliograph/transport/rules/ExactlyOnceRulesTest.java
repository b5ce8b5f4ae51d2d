package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Write.write;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.NackReason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R4, exactly once: duplicates, stale messages and windows. W is 64 here. */
class ExactlyOnceRulesTest {
    private static final int W = 64;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private final Target target = script.target;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R4.1 a PSN behind the cumulative one is acknowledged again and places nothing")
    void shouldAcknowledgeAgainAndPlaceNothingWhenPsnWasReceived() {
        peer.sends(data().at(0).bytes(1).immediate(5));
        target.nowHas(0, 1);
        peer.expects(sackUpTo(1));
        app.gets(fired(5));
        peer.sends(data().at(0).bytes(2).immediate(5));
        peer.sends(data().at(9).msn(1).of(3).bytes(2).immediate(6).entropy(0xD000));
        peer.expects(sackUpTo(1).psn(0), sackUpTo(1).psn(0).reflected(0xD000));
        target.isUnchanged();
        app.getsNothing();
        script.counts(EndpointCounter.DUPLICATE, 2);
        script.counts(EndpointCounter.DATA_ACCEPTED, 1);
    }

    @Test
    @DisplayName("R4.1 a PSN received ahead of the cumulative one is a duplicate, too, in the same burst or later")
    void shouldPlaceNothingWhenPsnAheadWasReceived() {
        peer.sends(
                data().psn(3).of(9).at(0).bytes(1),
                data().psn(3).of(9).at(0).bytes(2),
                data().psn(3).of(9).at(4).bytes(2));
        target.nowHas(0, 1);
        peer.expects(sack().cumulative(0).offset(3).bits(1));
        peer.sends(data().psn(3).of(9).at(0).bytes(3));
        target.isUnchanged();
        peer.expects(sack().cumulative(0).offset(3).bits(1));
    }

    @Test
    @DisplayName("R4.1 so it is where several engines take packets of a burst together")
    void shouldPlaceNothingAgainWhenEnginesShareThePeer() {
        try (Script two = new Script(config -> config, List.of(wire(), wire()))) {
            two.peer.sends(
                    data().psn(0).of(3).at(0).bytes(1),
                    data().psn(0).of(3).at(0).bytes(2),
                    data().psn(64).msn(1).at(9).bytes(2),
                    data().psn(1).of(3).at(1).bytes(3),
                    data().psn(1).of(3).at(1).bytes(4).immediate(5));
            two.target.nowHas(0, 1, 3);
            two.app.getsNothing();
            two.counts(EndpointCounter.DUPLICATE, 2);
            two.counts(EndpointCounter.DATA_ACCEPTED, 2);
            two.peer.sends(data().psn(2).of(3).at(2).bytes(6).immediate(7));
            two.target.nowHas(2, 6);
            two.app.gets(fired(7));
        }
    }

    private static PortPair wire() {
        return MemoryPort.pair(Script.MTU_BYTES);
    }

    @Test
    @DisplayName(
            "R4.1 a duplicate is acknowledged though its key is gone, its message is full of errors, or no slot is free")
    void shouldAcknowledgeWhenDuplicateWouldBeRefused() {
        peer.sends(data().at(0).bytes(1));
        target.nowHas(0, 1);
        peer.expects(sackUpTo(1));
        peer.sends(data().key(0).bytes(2));
        peer.sends(voidOf(7, 3));
        peer.expects(sackUpTo(1), sackUpTo(1));
        target.isUnchanged();
    }

    @Test
    @DisplayName("R4.1 PSNs just before the cumulative one are duplicates after the window has gone round")
    void shouldKnowDuplicatesWhenWindowWentRound() {
        for (int psn = 0; psn < 5 * W; psn++) {
            peer.sends(data().psn(psn).msn(psn).bytes(1));
        }
        target.nowHas(0, 1);
        peer.ignoresAll();
        for (int psn = 0; psn < 5 * W; psn += 7) {
            peer.sends(data().psn(psn).msn(psn + 5 * W).bytes(2));
            peer.expects(sackUpTo(5 * W).psn(psn));
        }
        target.isUnchanged();
    }

    @Test
    @DisplayName("R4.2 a new PSN of a complete message is dropped without a word")
    void shouldDropWithoutAcknowledgementWhenMessageIsComplete() {
        peer.sends(
                data().psn(0).msn(0).at(0).bytes(1), data().psn(1).msn(2).at(1).bytes(2));
        target.nowHas(0, 1, 2);
        peer.expects(sackUpTo(2));
        peer.sends(
                data().psn(2).msn(0).at(0).bytes(9).immediate(4),
                data().psn(3).msn(2).at(0).bytes(9),
                voidOf(1, 0).psn(4));
        peer.expectsNothing();
        target.isUnchanged();
        app.getsNothing();
        script.counts(EndpointCounter.STALE_MESSAGE, 3);
        peer.sends(data().psn(2).msn(1).at(2).bytes(3));
        target.nowHas(2, 3);
        peer.expects(sackUpTo(3));
    }

    @Test
    @DisplayName("R4.3 the window is W PSNs from the cumulative one on")
    void shouldRefuseWhenPsnIsBeyondWindow() {
        peer.sends(data().psn(W - 1).msn(1).at(0).bytes(1));
        target.nowHas(0, 1);
        peer.expects(sack().cumulative(0).offset(W - 1).bits(1));
        peer.sends(
                data().psn(W).msn(2).at(0).bytes(2),
                data().psn(0x7F_FFFF).msn(2).at(0).bytes(2));
        peer.expects(
                nack(NackReason.PSN_OOR_WINDOW).psn(W).msn(2).information(0),
                nack(NackReason.PSN_OOR_WINDOW).psn(0x7F_FFFF).information(0));
        target.isUnchanged();
        peer.sends(
                data().psn(0).msn(0).at(1).bytes(3), data().psn(W).msn(2).at(2).bytes(4));
        target.nowHas(0, 1, 3, 4);
        peer.expects(sack().cumulative(1).offset(0).bits(3L << W - 2));
        script.counts(EndpointCounter.OUT_OF_WINDOW, 2);
    }

    @Test
    @DisplayName("R4.3 a PSN before the cumulative one is a duplicate, however far")
    void shouldTakeForDuplicateWhenPsnIsBefore() {
        peer.sends(data().psn(0xFF_FFFF).bytes(2), data().psn(0x80_0001).bytes(2));
        target.isUnchanged();
        peer.expects(sackUpTo(0));
        script.counts(EndpointCounter.DUPLICATE, 2);
    }

    @Test
    @DisplayName("R4.3 a PSN before the cumulative one, however far, is acknowledged once")
    void shouldSendOneSackWhenPsnIsHalfTheSpaceBefore() {
        peer.sends(data().psn(0x80_0001).bytes(2));
        peer.expects(sackUpTo(0).psn(0x80_0001));
        peer.expectsNothing();
        peer.sends(
                data().psn(0).bytes(2),
                data().psn(0x80_0002).bytes(2),
                data().psn(1).msn(1).bytes(2));
        peer.expects(sackUpTo(2));
        peer.expectsNothing();
        target.nowHas(0, 2);
    }

    @Test
    @DisplayName("R4.3 a sender has at most W PSNs outstanding from the first unacknowledged one on")
    void shouldStopSendingWhenWindowIsFull() {
        app.writes(write(0, (long) Script.PAYLOAD_BYTES * (W + 10)));
        for (int psn = 0; psn < W; psn++) {
            peer.expects(data().psn(psn));
        }
        peer.expectsNothing();
        peer.sends(sack().psn(W - 1).cumulative(0).offset(1).bits(-1L >>> 1));
        peer.expectsNothing();
        peer.sends(sackUpTo(2).psn(0));
        peer.expects(data().psn(W));
        for (int psn = W + 1; psn < W + 10; psn++) {
            peer.expects(data().psn(psn));
        }
        peer.expectsNothing();
        peer.sends(sackUpTo(W + 10).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R4.3 a queue has at most W MSNs outstanding from the first incomplete one on")
    void shouldStopPostingWhenWindowOfMessagesIsFull() {
        for (int i = 0; i < W + 2; i++) {
            app.writes(write(i, 1));
        }
        app.writes(write(100, 1).on(1));
        for (int psn = 0; psn < W; psn++) {
            peer.expects(data().psn(psn).msn(psn));
        }
        peer.expectsNothing();
        // All but the first message: the PSN window stays as it is, too.
        peer.sends(sack().psn(1).cumulative(0).offset(1).bits(-1L >>> 1));
        for (int i = 1; i < W; i++) {
            app.gets(success(i));
        }
        peer.expectsNothing();
        peer.sends(sackUpTo(W).psn(0));
        app.gets(success(0));
        // The queues take turns.
        peer.expects(
                data().psn(W).msn(0).queue(1),
                data().psn(W + 1).msn(W),
                data().psn(W + 2).msn(W + 1));
    }

    @Test
    @DisplayName(
            "R4.3 MSNs go to W from the first incomplete one on; those that unfired immediates keep out are refused")
    void shouldRefuseMessageWhenUnfiredImmediatesFillWindow() {
        try (Script small = new Script(config -> config.withReceiveSlots(1))) {
            RawPeer sender = small.peer;
            for (int msn = 1; msn < W; msn++) {
                sender.sends(data().psn(msn).msn(msn).immediate(msn).fenced());
            }
            sender.ignoresAll();
            sender.sends(data().psn(0).msn(0));
            sender.expects(sackUpTo(W));
            // The first of them fired: what is not done begins with MSN 2.
            sender.sends(data().psn(W).msn(W + 1), data().psn(W + 1).msn(W + 2));
            sender.expects(nack(NackReason.NO_RESOURCE).psn(W + 1).msn(W + 2), sackUpTo(W + 1));
            small.app.gets(fired(1));
            small.run();
            sender.sends(data().psn(W + 1).msn(W + 2));
            sender.expects(sackUpTo(W + 2));
        }
    }

    @Test
    @DisplayName("R4.3 an MSN beyond the window is refused")
    void shouldRefuseWhenMsnIsBeyondWindow() {
        peer.sends(data().psn(0).msn(W - 1), data().psn(1).msn(W));
        peer.expects(nack(NackReason.NO_RESOURCE).psn(1).msn(W), sackUpTo(1));
        peer.sends(data().psn(1).msn(-1));
        peer.expectsNothing();
        script.counts(EndpointCounter.STALE_MESSAGE, 1);
    }
}
