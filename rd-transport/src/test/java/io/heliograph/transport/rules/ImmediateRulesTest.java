package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Script.INCARNATION;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R5, immediates and fences, at the receiver and at the sender. */
class ImmediateRulesTest {
    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R5.1 an immediate fires once, with the last byte of its message, whichever packet comes last")
    void shouldFireOnceWhenLastByteIsPlaced() {
        peer.sends(data().psn(2).of(3).at(8).bytes(3).immediate(-2));
        app.getsNothing();
        peer.sends(data().psn(0).of(3).at(0).bytes(1, 1, 1, 1));
        app.getsNothing();
        peer.sends(
                data().psn(2).of(3).at(8).bytes(3).immediate(-2),
                data().psn(0).of(3).at(0).bytes(1, 1, 1, 1));
        app.getsNothing();
        peer.sends(data().psn(1).of(3).at(4).bytes(2, 2, 2, 2));
        app.gets(fired(-2));
        peer.sends(
                data().psn(1).of(3).at(4).bytes(2, 2, 2, 2),
                data().psn(2).of(3).at(8).bytes(3).immediate(-2));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.1 an unfenced immediate waits for no other message")
    void shouldFireWhenOnlyEarlierMessagesAreMissing() {
        peer.sends(data().psn(1).msn(1).of(2), data().psn(4).msn(7).immediate(1));
        app.gets(fired(1));
    }

    @Test
    @DisplayName("R5.1 the completion tells queue and length")
    void shouldTellQueueAndLengthWhenImmediateFires() {
        peer.sends(
                data().queue(300).psn(0).of(2).bytes(1, 2, 3, 4),
                data().queue(300).psn(1).of(2).bytes(1).immediate(6));
        script.endpoint.poll(
                completion -> {
                    assertEquals(300, completion.queue());
                    assertEquals(5, completion.lengthBytes());
                    assertEquals(app.numberOf(peer), completion.peer());
                },
                1);
    }

    @Test
    @DisplayName("R5.2 a fenced immediate fires after all earlier messages of its queue, in whatever order they come")
    void shouldHoldFencedImmediateUntilEarlierMessagesAreComplete() {
        peer.sends(data().psn(5).msn(3).immediate(33).fenced());
        peer.sends(data().psn(4).msn(2).immediate(22).fenced());
        peer.sends(data().psn(0).msn(0).of(2));
        peer.sends(data().psn(3).msn(1).immediate(11));
        app.gets(fired(11));
        app.getsNothing();
        peer.sends(data().psn(1).msn(0).of(2));
        app.gets(fired(22), fired(33));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.2 a fence looks at its own queue, peer and relation only")
    void shouldFireFencedImmediateWhenOnlyOtherQueuesAreIncomplete() {
        RawPeer other = script.peer(3);
        other.sends(data().psn(0).msn(0).of(2));
        peer.sends(
                data().queue(0).psn(0).msn(0).of(2),
                data().queue(1).psn(1).msn(0).immediate(1).fenced());
        app.gets(fired(1));
    }

    @Test
    @DisplayName("R5.2 a later message may fire before a fenced one")
    void shouldFireUnfencedImmediateWhenEarlierOneIsHeld() {
        peer.sends(
                data().psn(1).msn(1).immediate(1).fenced(), data().psn(2).msn(2).immediate(2));
        app.gets(fired(2));
        peer.sends(data().psn(0).msn(0));
        app.gets(fired(1));
    }

    @Test
    @DisplayName("R5.2 a fence passes messages that wait for a slot, for all their bytes are there")
    void shouldPassFenceWhenEarlierImmediateWaitsForSlot() {
        try (Script small = new Script(config -> config.withReceiveSlots(1))) {
            small.peer.sends(
                    data().psn(1).msn(1).immediate(1).fenced(),
                    data().psn(2).msn(2).immediate(2).fenced(),
                    data().psn(0).msn(0));
            small.app.gets(fired(1));
            small.run();
            small.app.gets(fired(2));
        }
    }

    @Test
    @DisplayName("R5.3 fenced messages up to the horizon of a failed one never fire; later and unfenced ones do")
    void shouldFlushFencedImmediatesWhenEarlierMessageFailed() {
        peer.sends(
                data().psn(1).msn(1).immediate(1).fenced(),
                data().psn(2).msn(2).immediate(2),
                data().psn(3).msn(3).immediate(3).fenced(),
                data().psn(4).msn(4).immediate(4).fenced());
        app.gets(fired(2));
        peer.sends(voidOf(1, 3).psn(0).msn(0));
        app.gets(fired(4));
        peer.sends(data().psn(5).msn(5).immediate(5).fenced());
        app.gets(fired(5));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.3 a horizon ahead of what came flushes what comes later, up to it")
    void shouldFlushLaterArrivalsWhenTheyAreWithinHorizon() {
        peer.sends(
                voidOf(2, 2).psn(0).msn(0).of(3).destination(INCARNATION),
                data().psn(1).msn(0).of(3).immediate(9));
        app.getsNothing();
        peer.sends(
                data().psn(2).msn(1).immediate(1).fenced(),
                data().psn(3).msn(2).immediate(2).fenced());
        peer.sends(data().psn(4).msn(3).immediate(3).fenced());
        app.gets(fired(3));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.3 the furthest of several horizons counts")
    void shouldFlushToFurthestHorizonWhenSeveralMessagesFailed() {
        peer.sends(
                voidOf(1, 4).psn(0).msn(0).destination(INCARNATION),
                voidOf(1, 2).psn(1).msn(1),
                data().psn(2).msn(2).immediate(2).fenced(),
                data().psn(3).msn(3).immediate(3).fenced(),
                data().psn(4).msn(4).immediate(4).fenced(),
                data().psn(5).msn(5).immediate(5).fenced());
        app.gets(fired(5));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.3 a failure flushes nothing of other queues")
    void shouldNotFlushWhenFailureIsOnAnotherQueue() {
        peer.sends(
                voidOf(1, 9).psn(0).msn(0).queue(1),
                data().psn(1).msn(0).queue(0).immediate(1).fenced());
        app.gets(fired(1));
    }

    @Test
    @DisplayName("R5.3 a sender flushes what it fenced behind a failed message, and nothing posted after the failure")
    void shouldCompleteFlushedWhenEarlierMessageFailed() {
        app.writes(
                write(0, 1),
                write(1, 1).immediate(1).fenced(),
                write(2, 1).immediate(2),
                write(3, 1).immediate(3).fenced());
        peer.ignoresAll();
        peer.sends(sack().psn(3).cumulative(0).offset(1).bits(7));
        app.gets(success(2));
        app.getsNothing();
        peer.sends(nack(NackReason.BAD_KEY).psn(0));
        peer.expects(voidOf(1, 3).psn(0).msn(0).again());
        app.writes(write(4, 1).immediate(4).fenced());
        peer.expects(data().psn(4).msn(4).immediate(4).fenced());
        peer.sends(sackUpTo(5).psn(0));
        app.gets(
                ended(CompletionStatus.BAD_KEY, 0),
                ended(CompletionStatus.FLUSHED, 1),
                ended(CompletionStatus.FLUSHED, 3),
                success(4));
        app.getsNothing();
    }

    @Test
    @DisplayName("R5.3 a sender flushes nothing on other queues")
    void shouldCompleteWithSuccessWhenFailureIsOnAnotherQueue() {
        app.writes(write(0, 1).on(1), write(1, 1).on(0).immediate(1).fenced());
        peer.ignoresAll();
        peer.sends(nack(NackReason.BAD_KEY).psn(1));
        peer.expects(voidOf(1, 0).psn(1).msn(0).again());
        peer.sends(sackUpTo(2).psn(1));
        script.app.gets(success(1), ended(CompletionStatus.BAD_KEY, 0));
    }
}
