package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.NackReason;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R3, R10 to R13: placement, engines, paths, rates and overlap. */
class PlacementRulesTest {
    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private final Target target = script.target;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R3.1 packets are placed as they arrive, the last first")
    void shouldPlaceAtOnceWhenPacketsArriveInAnyOrder() {
        peer.sends(data().psn(2).of(3).at(8).bytes(3).immediate(1));
        target.nowHas(8, 3);
        peer.expects(sack().psn(2).cumulative(0).offset(2).bits(1));
        app.getsNothing();
        peer.sends(data().psn(0).of(3).at(0).bytes(1, 1, 1, 1));
        target.nowHas(0, 1, 1, 1, 1);
        peer.expects(sack().psn(0).cumulative(1).offset(0).bits(2));
        peer.sends(data().psn(1).of(3).at(4).bytes(2, 2, 2, 2));
        target.nowHas(4, 2, 2, 2, 2);
        peer.expects(sackUpTo(3));
        app.gets(fired(1));
    }

    @Test
    @DisplayName("R3.1 a message does not wait for an earlier one")
    void shouldPlaceAndFireWhenEarlierMessageIsMissing() {
        peer.sends(data().psn(5).msn(3).at(4).bytes(1, 2).immediate(8));
        target.nowHas(4, 1, 2);
        app.gets(fired(8));
    }

    @Test
    @DisplayName("R3.1 each packet's key counts, so that one message may go to several regions")
    void shouldPlaceByItsOwnKeyWhenPacketsOfMessageDiffer() {
        Target other = script.anotherTarget(1);
        peer.sends(
                data().psn(0).of(2).at(0).bytes(1),
                data().psn(1)
                        .of(2)
                        .address(other.region().address() + 3)
                        .key(other.region().key())
                        .bytes(2));
        target.nowHas(0, 1);
        other.nowHas(3, 2);
        peer.expects(sackUpTo(2));
    }

    @Test
    @DisplayName("R10.1 PSNs belong to the peer's engine: the same PSN from two engines is two packets")
    void shouldKeepPsnSpacesApartWhenPeerHasTwoEngines() {
        peer.sends(
                data().engine(0).psn(0).of(3).at(0).bytes(1),
                data().engine(255).psn(0).of(3).at(1).bytes(2),
                data().engine(255).psn(1).of(3).at(2).bytes(3).immediate(6));
        target.nowHas(0, 1, 2, 3);
        app.gets(fired(6));
        peer.expects(sackUpTo(2).to(255, 0), sackUpTo(1).to(0, 0));
        peer.sends(data().engine(255).psn(1).msn(9).at(9).bytes(9));
        target.isUnchanged();
        peer.expects(sackUpTo(2).to(255, 0).psn(1));
    }

    @Test
    @DisplayName("R10.1 MSNs belong to the peer's queue, whichever engine sends")
    void shouldKeepMsnSpacesApartWhenPeerUsesTwoQueues() {
        peer.sends(
                data().queue(0).psn(0).msn(0).of(2).immediate(1),
                data().queue(7).psn(1).msn(0).of(1).immediate(2),
                data().queue(7).engine(3).psn(0).msn(1).immediate(3).fenced());
        app.gets(fired(2), fired(3));
        app.getsNothing();
    }

    @Test
    @DisplayName("R10.1 a retransmission keeps engine, PSN, MSN and address")
    void shouldKeepNumbersWhenPacketIsSentAgain() {
        app.writes(write(0, 1).on(2));
        Packet first = peer.expects(data().psn(0).flags(0));
        script.advance(Tunables.INITIAL_RTO_NS);
        Packet second = peer.expects(
                data().psn(0).again().queue(2).engine(0).msn(0).at(0).payload(first.payload()));
        peer.expectsNothing();
        peer.sends(sackUpTo(1).psn(0).reflected(second.entropy()));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R10.2 SACKs and NACKs go to the engine and queue that sent what they answer")
    void shouldAddressSenderWhenAnswering() {
        peer.sends(data().engine(9).queue(300).psn(0).immediate(1));
        peer.expects(sack().to(9, 300).psn(0).reflected(Script.ENTROPY));
        peer.sends(data().engine(17).queue(4000).psn(5).key(1).msn(3).entropy(0xFFFF));
        peer.expects(nack(NackReason.BAD_KEY).to(17, 4000).psn(5).msn(3).reflected(0xFFFF));
    }

    @Test
    @DisplayName("R11.1 every packet chooses its path among 0xC000 to 0xFFFF, a retransmission anew")
    void shouldSprayEntropyWhenPacketsAreSent() {
        app.writes(write(0, 64L * Script.PAYLOAD_BYTES));
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            used.add(entropyOf(peer.expects(data().psn(i))));
        }
        script.advance(Tunables.INITIAL_RTO_NS);
        used.add(entropyOf(peer.expects(data().psn(0).again())));
        assertEquals(64, used.size());
        peer.sends(data().key(5), data().psn(1).msn(1));
        entropyOf(peer.expects(nack(NackReason.BAD_KEY)));
        entropyOf(peer.expects(sack()));
    }

    @Test
    @DisplayName("R11.1 two transmissions of a packet take two paths")
    void shouldChangePathWhenPacketIsSentAgain() {
        app.writes(write(0, 1));
        int first = entropyOf(peer.expects(data()));
        script.advance(Tunables.INITIAL_RTO_NS);
        assertNotEquals(first, entropyOf(peer.expects(data().again())));
    }

    private static int entropyOf(Packet packet) {
        int entropy = packet.entropy();
        assertTrue(entropy >= 0xC000 && entropy <= 0xFFFF, packet::toString);
        return entropy;
    }

    @Test
    @DisplayName("R12.1 the whole window goes out in no time, and no more")
    void shouldSendWholeWindowWhenPeerIsSilent() {
        app.writes(write(0, 100L * Script.PAYLOAD_BYTES));
        for (int i = 0; i < 64; i++) {
            peer.expects(data().psn(i));
        }
        peer.expectsNothing();
        script.advance(us(1));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R13.1 of overlapping WRITEs each byte is of one of them, and nothing else changes")
    void shouldWriteOnlyTheUnionWhenWritesOverlap() {
        peer.sends(
                data().psn(0).msn(0).at(100).filled(50, 1),
                data().psn(2).msn(2).at(90).filled(20, 3),
                data().psn(1).msn(1).at(120).filled(50, 2));
        target.filled(90, 20, 3).filled(110, 10, 1).filled(120, 50, 2).isUnchanged();
        peer.sends(data().psn(0).msn(0).at(100).filled(50, 9));
        target.isUnchanged();
    }
}
