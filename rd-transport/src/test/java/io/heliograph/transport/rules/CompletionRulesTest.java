package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R6, completion and acknowledgement. */
class CompletionRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R6.1 a message completes when all its packets are acknowledged, in any order")
    void shouldCompleteWhenAllPacketsAreAcknowledged() {
        app.writes(write(0, 3L * P));
        peer.ignoresAll();
        peer.sends(sack().psn(2).cumulative(0).offset(2).bits(1));
        peer.sends(sack().psn(0).cumulative(1).offset(0).bits(2));
        app.getsNothing();
        peer.sends(sackUpTo(3).psn(1));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R6.1 unfenced messages complete out of order, fenced ones after all earlier ones")
    void shouldHoldFencedMessageUntilEarlierOnesCompleted() {
        app.writes(
                write(0, 1),
                write(1, 1),
                write(2, 1).immediate(2).fenced(),
                write(3, 1).immediate(3),
                write(4, 1).immediate(4).fenced());
        peer.sends(sack().psn(4).cumulative(0).offset(1).bits(0xF));
        app.gets(success(1), success(3));
        app.getsNothing();
        peer.sends(sackUpTo(5).psn(0));
        app.gets(success(0), success(2), success(4));
    }

    @Test
    @DisplayName("R6.1 a fence looks at its own queue only")
    void shouldCompleteFencedMessageWhenOtherQueueIsIncomplete() {
        app.writes(write(0, 1).on(1), write(1, 1).on(0).immediate(1).fenced());
        peer.expects(data().queue(0).psn(0).immediate(1), data().queue(1).psn(1));
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(1));
        app.getsNothing();
    }

    @Test
    @DisplayName("R6.2 what is refused is not acknowledged; what is acknowledged stays so")
    void shouldNotAcknowledgeWhenPacketIsRefused() {
        peer.sends(data().psn(0).key(1), data().psn(1).msn(1));
        peer.expects(
                nack(NackReason.BAD_KEY).psn(0), sack().cumulative(0).offset(1).bits(1));
        peer.sends(data().psn(2).msn(2));
        peer.expects(sack().cumulative(0).offset(2).bits(1));
        peer.sends(data().psn(0), data().psn(9).msn(9));
        peer.expects(sack().cumulative(3).offset(0).bits(1 << 6));
    }

    @Test
    @DisplayName("R6.3 late, repeated and overlapping acknowledgements complete nothing twice")
    void shouldCompleteOnceWhenAcknowledgementsRepeat() {
        app.writes(write(0, 2L * P), write(1, 1));
        peer.ignoresAll();
        Packet part = sack().psn(1).cumulative(0).offset(1).bits(3);
        peer.sends(part, part);
        app.gets(success(1));
        peer.sends(sackUpTo(3).psn(0), sackUpTo(3).psn(0), part, sackUpTo(1).psn(0));
        app.gets(success(0));
        app.getsNothing();
    }

    @Test
    @DisplayName("R6.3 an error is final, and given once")
    void shouldCompleteOnceWhenMessageFailed() {
        app.writes(write(0, 2L * P));
        peer.ignoresAll();
        peer.sends(
                nack(NackReason.OUT_OF_BOUNDS).psn(1), nack(NackReason.BAD_KEY).psn(0));
        peer.sends(sackUpTo(2).psn(0));
        app.gets(ended(CompletionStatus.OUT_OF_BOUNDS, 0));
        peer.sends(sackUpTo(2).psn(0), nack(NackReason.BAD_KEY).psn(0));
        app.getsNothing();
    }

    @Test
    @DisplayName("R6.4 a packet with the A bit is acknowledged in the duty cycle that takes it")
    void shouldAcknowledgeInSameDutyCycleWhenWanted() {
        peer.puts(data().psn(0).acknowledge(true));
        script.cycle();
        peer.expects(sackUpTo(1));
    }

    @Test
    @DisplayName("R6.4 others are acknowledged at the end of the burst: the acknowledgement delay is 0")
    void shouldAcknowledgeAtEndOfBurstWhenNotWanted() {
        peer.puts(data().psn(0).acknowledge(false));
        script.cycle();
        peer.expects(sackUpTo(1));
    }

    @Test
    @DisplayName("R6.4 the endpoint asks for it with the last packet of a message and with what it repeats")
    void shouldSetAcknowledgeBitWhenSomebodyWaits() {
        app.writes(write(0, 3L * P));
        peer.expects(
                data().psn(0).acknowledge(false),
                data().psn(1).acknowledge(false),
                data().psn(2).acknowledge(true));
        script.advance(Tunables.INITIAL_RTO_NS);
        peer.expects(data().psn(0).acknowledge(true));
    }

    @Test
    @DisplayName("R6.5 one SACK tells of a whole burst in order")
    void shouldSendOneSackWhenBurstIsInOrder() {
        Packet[] burst = new Packet[32];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = data().psn(i).msn(i);
        }
        peer.sends(burst);
        peer.expects(sackUpTo(32).psn(31));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R6.5 one SACK tells of 64 PSNs with holes")
    void shouldSendOneSackWhenBurstSpans64() {
        try (Script wide = new Script(config -> config.withWindowPackets(1024))) {
            wide.peer.sends(
                    data().psn(5).msn(5), data().psn(68).msn(68), data().psn(30).msn(30));
            wide.peer.expects(sack().cumulative(0).offset(5).bits(1 | 1L << 63 | 1L << 25));
            wide.peer.expectsNothing();
        }
    }

    @Test
    @DisplayName("R6.5 as many SACKs as it takes when a burst spans more than 64 PSNs")
    void shouldSendSeveralSacksWhenBurstSpansMore() {
        try (Script wide = new Script(config -> config.withWindowPackets(1024))) {
            wide.peer.sends(
                    data().psn(1000).msn(1000),
                    data().psn(900).msn(900),
                    data().psn(964).msn(964));
            wide.peer.expects(
                    sack().cumulative(0).offset(900).bits(1).psn(964),
                    sack().cumulative(0).offset(964).bits(1 | 1L << 36));
            wide.peer.expectsNothing();
            // The window ends in the middle of a bitmap.
            wide.peer.sends(data().psn(1023).msn(1023), data().psn(990).msn(990));
            wide.peer.expects(sack().cumulative(0).offset(990).bits(1 | 1L << 10 | 1L << 33));
            wide.peer.expectsNothing();
        }
    }

    @Test
    @DisplayName(
            "R6.5 what a full port kept back is acknowledged when there is room, and the endpoint knows that it has to")
    void shouldAcknowledgeLaterWhenPortWasFull() {
        try (Script narrow = new Script(config -> config, MemoryPort.pair(Script.MTU_BYTES, 32, 64))) {
            for (int i = 0; i < 32; i++) {
                narrow.peer.puts(data().psn(i).msn(i).key(0));
                narrow.cycle();
            }
            // All frames of the port are under way now.
            narrow.peer.puts(data().psn(50).msn(50).immediate(1));
            narrow.cycle();
            narrow.app.gets(fired(1));
            assertTrue(narrow.endpoint.nextDeadlineNs() <= narrow.clock.nowNs());
            narrow.run();
            for (int i = 0; i < 32; i++) {
                narrow.peer.expects(nack(NackReason.BAD_KEY).psn(i));
            }
            narrow.peer.expects(sack().cumulative(0).offset(50).bits(1));
        }
    }
}
