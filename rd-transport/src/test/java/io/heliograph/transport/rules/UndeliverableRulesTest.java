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
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R9.6, packets that never arrive: which end their message, and which their peer. */
class UndeliverableRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    /** Timer expiries that fit the peer timeout of a patient endpoint: far more than losses that R9.6 counts. */
    private static final int PATIENCE = 100;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
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
    static Packet nextVoid(Script script, RawPeer peer, int transmissions) {
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
}
