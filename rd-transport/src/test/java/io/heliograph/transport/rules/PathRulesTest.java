package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.answer;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.ms;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.path.PathState;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R11, paths: which entropy each packet takes, and what it takes to leave a path and to come back to it. */
class PathRulesTest {
    private static final int PATHS = 16;
    private static final int FIRST = Tunables.ENTROPY_BASE;
    private static final int P = Script.PAYLOAD_BYTES;
    private static final long RTT_NS = us(100);
    private static final long WINDOW_NS = RTT_NS / 4;
    /** Twice the round trip, which does not vary here. */
    private static final long PROBE_TIMEOUT_NS = 2 * RTT_NS;

    private final Script script = new Script(
            config -> config.withPaths(PathConfig.of(PathSpray.ADAPTIVE).withPaths(PATHS)));
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private int nextPsn;
    private int nextCookie;

    @AfterEach
    void close() {
        script.close();
    }

    /** Writes a message of as many packets; returns the entropy of each, and expects nothing else. */
    private int[] writes(int packets) {
        app.writes(write(nextCookie++, (long) packets * P));
        int[] entropies = new int[packets];
        for (int i = 0; i < packets; i++) {
            entropies[i] = peer.expects(data().psn(nextPsn++)).entropy();
        }
        peer.expectsNothing();
        return entropies;
    }

    /** All is acknowledged up to now, one round trip after it was sent. */
    private void acknowledgesAll() {
        script.advance(RTT_NS);
        peer.sends(sackUpTo(nextPsn).psn(nextPsn - 1));
        app.gets(success(nextCookie - 1));
    }

    /** Both know each other, and each path took one packet, which arrived. */
    private int[] begins() {
        peer.sends(data());
        peer.ignoresAll();
        int[] order = writes(PATHS);
        acknowledgesAll();
        return order;
    }

    /** One of a round of packets gets lost, the one with that place; the script stops when its path is suspected. */
    private int[] loses(int place) {
        int[] round = writes(PATHS);
        script.advance(RTT_NS);
        peer.sends(sackAllBut(place));
        script.advance(WINDOW_NS);
        return round;
    }

    /** A SACK of the round that was written last, but for one packet of it. */
    private Packet sackAllBut(int place) {
        int first = nextPsn - PATHS;
        return sack().psn(nextPsn - 1).cumulative(first + place).offset(0).bits((1L << PATHS - place) - 2);
    }

    /** All that was written is acknowledged, and the rest of a message is waited for, so that paths are probed and nothing else is. */
    private void waitsForMessage() {
        peer.sends(data().psn(1).msn(1).of(2), sackUpTo(nextPsn).psn(nextPsn - 1));
        peer.expects(sack());
        app.gets(success(nextCookie - 1));
    }

    private PathState state(int entropy) {
        return script.endpoint.pathStates(app.numberOf(peer), 0).get(entropy - FIRST);
    }

    private static boolean contains(int[] entropies, int entropy) {
        return IntStream.of(entropies).anyMatch(each -> each == entropy);
    }

    private static int nonce(Packet probe) {
        return (int) probe.get(Field.NONCE);
    }

    @Test
    @DisplayName("R11.2 packets take all paths in turn, in an order of the node's own for each peer")
    void shouldTakePathsInTurnWhenAllAreGood() {
        int[] order = begins();
        assertEquals(PATHS, IntStream.of(order).distinct().count());
        int[] again = writes(2 * PATHS);
        for (int i = 0; i < 2 * PATHS; i++) {
            assertEquals(order[i % PATHS], again[i]);
        }
        RawPeer other = script.peer(7);
        app.writes(write(99, (long) PATHS * P).to(other));
        List<Integer> othersOrder = new ArrayList<>();
        for (int i = 0; i < PATHS; i++) {
            othersOrder.add(other.expects(data()).entropy());
        }
        assertNotEquals(IntStream.of(order).boxed().toList(), othersOrder);
        assertEquals(PATHS, new HashSet<>(othersOrder).size());
    }

    @Test
    @DisplayName(
            "R11.3 a path that is denied while traffic runs is not used any more, for nothing, until it is permitted")
    void shouldNotUseDeniedPathWhenOperatorDeniesIt() {
        int[] order = begins();
        int number = app.numberOf(peer);
        script.endpoint.denyPath(number, order[3]);
        assertFalse(contains(writes(3 * PATHS), order[3]));
        assertEquals(PathState.DENIED, state(order[3]));
        for (int i = 0; i < 2 * PATHS; i++) {
            peer.sends(probe(i), data().psn(i + 1).msn(i + 1), data().psn(i + 1000));
            assertNotEquals(order[3], peer.expects(answer(i)).entropy());
            assertNotEquals(
                    order[3], peer.expects(nack(NackReason.PSN_OOR_WINDOW)).entropy());
            assertNotEquals(order[3], peer.expects(sack()).entropy());
        }
        acknowledgesAll();
        script.endpoint.permitPath(number, order[3]);
        assertTrue(contains(writes(PATHS), order[3]));
        assertEquals(PathState.GOOD, state(order[3]));
    }

    @Test
    @DisplayName(
            "R11.3 a path that is denied by configuration is never used, nor by an answer to somebody nothing was written to")
    void shouldNotUseDeniedPathWhenConfigured() {
        int[] denied = IntStream.range(FIRST, FIRST + PATHS)
                .filter(e -> e != FIRST + 5)
                .toArray();
        try (Script other = new Script(config -> config.withPaths(
                PathConfig.of(PathSpray.ADAPTIVE).withPaths(PATHS).withDenied(denied)))) {
            other.peer.sends(data().key(1), data(), probe(1));
            other.peer.expects(nack(NackReason.BAD_KEY).entropy(FIRST + 5));
            other.peer.expects(answer(1).entropy(FIRST + 5), sack().entropy(FIRST + 5));
            other.app.writes(write(0, 3L * P));
            for (int i = 0; i < 3; i++) {
                other.peer.expects(data().entropy(FIRST + 5));
            }
        }
    }

    @Test
    @DisplayName("R11.3 denying the last path, or one that is not the peer's, is an error and changes nothing")
    void shouldRefuseWhenLastPathWouldBeDenied() {
        int number = app.numberOf(peer);
        for (int i = 1; i < PATHS; i++) {
            script.endpoint.denyPath(number, FIRST + i);
        }
        assertThrows(IllegalArgumentException.class, () -> script.endpoint.denyPath(number, FIRST));
        assertThrows(IllegalArgumentException.class, () -> script.endpoint.denyPath(number, FIRST + PATHS));
        assertThrows(IllegalArgumentException.class, () -> script.endpoint.permitPath(number, FIRST - 1));
        assertThrows(IllegalArgumentException.class, () -> script.endpoint.denyPath(number + 77, FIRST));
        assertThrows(IllegalArgumentException.class, () -> script.endpoint.pathStates(number, 1));
        // Nor is one used for what is not in a relation.
        byte[] first = peer.frame(data().filled(200, 1));
        peer.sendsFrames(RawFrames.trimmed(first, 128), RawFrames.trimmed(first, 128));
        peer.expects(
                nack(NackReason.TRIMMED).entropy(FIRST),
                nack(NackReason.TRIMMED).entropy(FIRST));
        app.writes(write(0, 1));
        peer.expects(data().entropy(FIRST));
    }

    @Test
    @DisplayName("R11.3 a configuration with too few, too many, unknown or no permitted paths is refused")
    void shouldRefuseConfigurationWhenItMakesNoSense() {
        PathConfig config = PathConfig.of(PathSpray.OBLIVIOUS);
        assertEquals(64, config.paths());
        for (int paths : new int[] {-1, 0, 15, 257}) {
            assertThrows(IllegalArgumentException.class, () -> config.withPaths(paths));
        }
        PathConfig few = config.withPaths(PATHS);
        for (int entropy : new int[] {-1, 0, FIRST - 1, FIRST + PATHS}) {
            assertThrows(IllegalArgumentException.class, () -> few.withDenied(entropy));
        }
        int[] all = IntStream.range(FIRST, FIRST + PATHS).toArray();
        assertThrows(IllegalArgumentException.class, () -> few.withDenied(all));
        PathConfig denied = config.withDenied(FIRST + 40);
        assertThrows(IllegalArgumentException.class, () -> denied.withPaths(40));
        assertTrue(denied.withPaths(41).isDenied(FIRST + 40));
        assertFalse(config.isDenied(FIRST + 40));
    }

    @Test
    @DisplayName("R11.4 each trim notice makes its path pass one turn")
    void shouldPassTurnsWhenPathTrims() {
        begins();
        int firstPsn = nextPsn;
        int[] sent = writes(3 * PATHS);
        int crowded = sent[4];
        for (int i = 0; i < 3; i++) {
            peer.sends(nack(NackReason.TRIMMED).psn(firstPsn + 4 + i * PATHS).reflected(crowded));
            assertNotEquals(crowded, peer.expects(data().again()).entropy());
        }
        assertEquals(PathState.SKIPPED, state(crowded));
        script.counts(EndpointCounter.PATHS_SKIPPED, 1);
        acknowledgesAll();
        // Three retransmissions were a part of the first of the three rounds that it is passed over in.
        assertFalse(contains(writes(3 * (PATHS - 1) - 3), crowded));
        acknowledgesAll();
        assertTrue(contains(writes(PATHS), crowded));
        script.counts(EndpointCounter.PATH_PROBE_SENT, 0);
    }

    @Test
    @DisplayName("R11.4 forged, stale and repeated notices do nothing to a path")
    void shouldNotBelieveNoticeWhenItFitsNoTransmission() {
        begins();
        int firstPsn = nextPsn;
        int[] sent = writes(PATHS);
        for (int i = 0; i < PATHS; i++) {
            for (int wrong : new int[] {sent[(i + 1) % PATHS], 0, 0xFFFF}) {
                peer.sends(nack(NackReason.TRIMMED).psn(firstPsn + i).reflected(wrong));
            }
            peer.sends(
                    nack(NackReason.TRIMMED).psn(firstPsn - 1 - i).reflected(sent[i]),
                    nack(NackReason.TRIMMED).psn(firstPsn + PATHS + i).reflected(sent[i]),
                    nack(NackReason.TRIMMED)
                            .psn(firstPsn + i)
                            .reflected(sent[i])
                            .source(Script.PEER_INCARNATION + 1));
        }
        peer.expectsNothing();
        script.counts(EndpointCounter.PATHS_SKIPPED, 0);
        script.counts(EndpointCounter.UNBELIEVED, 6L * PATHS);
        // One that fits, again and again: one packet and one turn.
        for (int i = 0; i < 20; i++) {
            peer.sends(nack(NackReason.TRIMMED).psn(firstPsn).reflected(sent[0]));
        }
        assertNotEquals(sent[0], peer.expects(data().psn(firstPsn).again()).entropy());
        peer.expectsNothing();
        script.counts(EndpointCounter.PATHS_SKIPPED, 1);
        script.counts(EndpointCounter.PATHS_SUSPECTED, 0);
    }

    @Test
    @DisplayName("R9.3, R11.4 notices for the only path cost a packet each at most, and do not condemn it")
    void shouldSendOnePacketPerNoticeWhenThereIsOnePath() {
        int number = app.numberOf(peer);
        for (int i = 1; i < PATHS; i++) {
            script.endpoint.denyPath(number, FIRST + i);
        }
        peer.sends(data());
        peer.ignoresAll();
        writes(1);
        for (int i = 1; i <= 50; i++) {
            peer.sends(nack(NackReason.TRIMMED).psn(0).reflected(FIRST));
            peer.expects(data().psn(0).again().entropy(FIRST));
            peer.expectsNothing();
            script.counts(EndpointCounter.RETRANSMITTED, i);
        }
        script.counts(EndpointCounter.PATHS_SUSPECTED, 0);
        app.getsNothing();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R11.4 a notice does not acquit a suspected path")
    void shouldStaySuspectedWhenNoticeComes() {
        begins();
        int[] round = writes(PATHS);
        script.advance(us(60));
        int later = nextPsn;
        writes(PATHS);
        script.advance(us(40));
        int first = later - PATHS;
        peer.sends(sack().psn(later - 1).cumulative(first + 5).offset(0).bits((1L << PATHS - 5) - 2));
        script.advance(WINDOW_NS);
        assertEquals(PathState.SUSPECTED, state(round[5]));
        peer.ignoresAll();
        peer.sends(nack(NackReason.TRIMMED).psn(later + 5).reflected(round[5]));
        peer.expects(data().psn(later + 5).again());
        assertEquals(PathState.SUSPECTED, state(round[5]));
    }

    @Test
    @DisplayName("R11.5 a path whose packet is lost gets no data, and is probed at once")
    void shouldProbeAtOnceWhenPacketIsLost() {
        begins();
        int[] round = loses(5);
        Packet probe = peer.expects(
                probe().entropy(round[5]).source(Script.INCARNATION).destination(Script.PEER_INCARNATION));
        assertEquals(round[5], nonce(probe) & 0xFFFF);
        assertNotEquals(
                round[5], peer.expects(data().psn(nextPsn - PATHS + 5).again()).entropy());
        assertEquals(PathState.SUSPECTED, state(round[5]));
        script.counts(EndpointCounter.PATHS_SUSPECTED, 1);
        script.counts(EndpointCounter.PATH_PROBE_SENT, 1);
        assertFalse(contains(writes(2 * PATHS), round[5]));
    }

    @Test
    @DisplayName("R11.5 a loss does not count when something sent later by the path arrived")
    void shouldNotSuspectWhenLaterPacketArrived() {
        begins();
        int first = nextPsn;
        writes(PATHS);
        script.advance(us(10));
        writes(PATHS);
        script.advance(RTT_NS);
        // All but the sixth; a packet went the same way after it.
        peer.sends(sack().psn(nextPsn - 1).cumulative(first + 5).offset(0).bits((1L << 2 * PATHS - 5) - 2));
        script.advance(WINDOW_NS);
        peer.expects(data().psn(first + 5).again());
        peer.expectsNothing();
        script.counts(EndpointCounter.PATHS_SUSPECTED, 0);
    }

    @Test
    @DisplayName("R11.5 a tail that is not acknowledged counts like a loss")
    void shouldSuspectWhenTailIsProbed() {
        begins();
        int[] sent = writes(1);
        script.waits(PROBE_TIMEOUT_NS, peer);
        peer.expects(probe().entropy(sent[0]));
        assertNotEquals(sent[0], peer.expects(data().again()).entropy());
        assertEquals(PathState.SUSPECTED, state(sent[0]));
    }

    @Test
    @DisplayName(
            "R11.6 three probes are left unanswered, each given twice the time; then the path is assumed bad and probed on")
    void shouldAssumeBadWhenProbesAreNotAnswered() {
        begins();
        int[] round = loses(5);
        peer.expects(probe().entropy(round[5]), data().again());
        waitsForMessage();
        script.waits(PROBE_TIMEOUT_NS, peer);
        peer.expects(probe().entropy(round[5]));
        script.waits(2 * PROBE_TIMEOUT_NS, peer);
        peer.expects(probe().entropy(round[5]));
        script.advance(4 * PROBE_TIMEOUT_NS - 1);
        assertEquals(PathState.SUSPECTED, state(round[5]));
        script.advance(1);
        assertEquals(PathState.ASSUMED_BAD, state(round[5]));
        script.counts(EndpointCounter.PATHS_ASSUMED_BAD, 1);
        peer.expectsNothing();
        // Four timeouts, and up to an eighth less.
        script.advance(7 * PROBE_TIMEOUT_NS / 2 - 1);
        peer.expectsNothing();
        script.advance(PROBE_TIMEOUT_NS / 2 + 1);
        peer.expects(probe().entropy(round[5]));
    }

    @Test
    @DisplayName("R11.7 the answer to a path's latest probe brings it back; other answers do not")
    void shouldComeBackWhenLatestProbeIsAnswered() {
        begins();
        int[] round = loses(5);
        int first = nonce(peer.expects(probe()));
        peer.expects(data().again());
        waitsForMessage();
        script.advance(PROBE_TIMEOUT_NS);
        int second = nonce(peer.expects(probe()));
        for (int wrong : new int[] {first, second ^ 0x10000, second & 0xFFFF, second ^ 1, 0, -1}) {
            peer.sends(answer(wrong));
            assertEquals(PathState.SUSPECTED, state(round[5]), () -> Integer.toHexString(wrong));
        }
        peer.sends(answer(second).source(Script.PEER_INCARNATION + 1));
        assertEquals(PathState.SUSPECTED, state(round[5]));
        peer.sends(answer(second));
        assertEquals(PathState.GOOD, state(round[5]));
        script.counts(EndpointCounter.PATHS_RETURNED, 1);
        assertTrue(contains(writes(PATHS), round[5]));
        acknowledgesAll();
        script.advance(ms(1));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R11.7 a bad path comes back when its probe is answered")
    void shouldComeBackWhenBadPathAnswers() {
        begins();
        int[] round = loses(5);
        peer.ignoresAll();
        waitsForMessage();
        script.advance(PROBE_TIMEOUT_NS);
        script.advance(2 * PROBE_TIMEOUT_NS);
        script.advance(4 * PROBE_TIMEOUT_NS);
        assertEquals(PathState.ASSUMED_BAD, state(round[5]));
        peer.ignoresAll();
        script.advance(4 * PROBE_TIMEOUT_NS);
        peer.sends(answer(nonce(peer.expects(probe().entropy(round[5])))));
        assertEquals(PathState.GOOD, state(round[5]));
    }

    @Test
    @DisplayName("R11.7 so does the acknowledgement of something that was sent later, or a refusal")
    void shouldComeBackWhenLaterPacketIsAcknowledged() {
        begins();
        int[] round = writes(PATHS);
        script.advance(us(60));
        writes(2 * PATHS);
        script.advance(us(40));
        int first = nextPsn - 3 * PATHS;
        peer.sends(sack().psn(first + PATHS - 1).cumulative(first + 5).offset(0).bits((1L << PATHS - 5) - 2));
        script.advance(WINDOW_NS);
        assertEquals(PathState.SUSPECTED, state(round[5]));
        peer.sends(nack(NackReason.NO_RESOURCE).psn(first + PATHS + 5).reflected(round[6]));
        assertEquals(PathState.SUSPECTED, state(round[5]));
        peer.sends(nack(NackReason.NO_RESOURCE).psn(first + 2 * PATHS + 5).reflected(round[5]));
        assertEquals(PathState.GOOD, state(round[5]));
    }

    @Test
    @DisplayName("R11.8 while more paths are suspected than are not, the suspected ones carry data too")
    void shouldUseSuspectedPathsWhenTheyAreMore() {
        begins();
        writes(PATHS);
        script.advance(RTT_NS);
        peer.sends(sack().psn(nextPsn - 1)
                .cumulative(nextPsn - PATHS)
                .offset(PATHS - 4)
                .bits(0xF));
        script.advance(WINDOW_NS);
        Set<Integer> carry = new HashSet<>();
        Set<Integer> probed = new HashSet<>();
        for (Packet packet : peer.all()) {
            (packet.get(Field.OPCODE) == Opcode.PROBE ? probed : carry).add(packet.entropy());
        }
        assertEquals(PATHS - 4, probed.size());
        assertEquals(PATHS - 4, carry.size());
        script.counts(EndpointCounter.PATHS_SUSPECTED, PATHS - 4);
    }

    @Test
    @DisplayName("R11.8 if only bad paths are left, they are used in turn")
    void shouldUseBadPathsWhenThereAreNoOthers() {
        begins();
        for (int i = 2; i < PATHS; i++) {
            script.endpoint.denyPath(app.numberOf(peer), FIRST + i);
        }
        writes(1);
        while (state(FIRST) != PathState.ASSUMED_BAD || state(FIRST + 1) != PathState.ASSUMED_BAD) {
            script.advance(us(100));
            assertTrue(script.clock.nowNs() < ms(3_000), "both are bad soon");
        }
        peer.ignoresAll();
        List<Integer> used = new ArrayList<>();
        while (used.size() < 4) {
            script.advance(ms(10));
            for (Packet each : peer.all()) {
                // Probes of the peer, not of a path, take their turn as well.
                boolean takesTurn = Opcode.isData((int) each.get(Field.OPCODE))
                        || (each.get(Field.NONCE, 0) & PathPolicy.PATH_NONCE) == 0;
                if (takesTurn) {
                    used.add(each.entropy());
                }
            }
            assertTrue(script.clock.nowNs() < ms(3_000), "it goes on");
        }
        assertEquals(used.get(0), used.get(2));
        assertEquals(used.get(1), used.get(3));
        assertNotEquals(used.get(0), used.get(1));
    }

    @Test
    @DisplayName("R10.2 the answer to a probe goes to the engine that sent it")
    void shouldAddressEngineWhenProbeIsAnswered() {
        begins();
        peer.sends(probe(0x1234_C003).engine(9));
        peer.expects(answer(0x1234_C003).to(9, 0));
    }

    @Test
    @DisplayName("R10.3 the answer to a probe that arrives at another engine is handed over to the one that sent it")
    void shouldHandAnswerOverWhenItArrivesAtAnotherEngine() {
        List<PortPair> wires = List.of(MemoryPort.pair(Script.MTU_BYTES), MemoryPort.pair(Script.MTU_BYTES));
        PathConfig paths = PathConfig.of(PathSpray.ADAPTIVE).withPaths(PATHS);
        try (Script two = new Script(config -> config.withPaths(paths), wires)) {
            RawPeer second = two.peer(2, 1);
            two.peer.sends(data());
            two.app.writes(write(0, (long) PATHS * P).on(1));
            second.expects(data().psn(0).engine(1));
            second.ignoresAll();
            two.advance(RTT_NS);
            second.sends(sackUpTo(PATHS).psn(PATHS - 1).to(1, 1));
            two.app.gets(success(0));
            two.app.writes(write(1, (long) PATHS * P).on(1));
            second.ignoresAll();
            two.advance(RTT_NS);
            second.sends(sack().psn(2 * PATHS - 1)
                    .cumulative(PATHS)
                    .offset(0)
                    .bits((1L << PATHS) - 2)
                    .to(1, 1));
            two.advance(WINDOW_NS);
            Packet probe = second.expects(probe().engine(1));
            int number = two.app.numberOf(two.peer);
            int place = probe.entropy() - FIRST;
            two.peer.sends(answer(nonce(probe)).to(0, 0));
            assertEquals(PathState.SUSPECTED, two.endpoint.pathStates(number, 1).get(place));
            two.counts(EndpointCounter.HANDED_OVER, 0);
            two.peer.sends(answer(nonce(probe)).to(1, 0));
            assertEquals(PathState.GOOD, two.endpoint.pathStates(number, 1).get(place));
            two.counts(EndpointCounter.HANDED_OVER, 1);
        }
    }

    @Test
    @DisplayName("R1.8 the nonce of a probe that asks for the peer is none of a path's")
    void shouldNotTakeAnswerForPathsWhenPeerWasProbed() {
        peer.sends(data().of(2));
        peer.ignoresAll();
        for (int i = 0; i < 7; i++) {
            script.advance(Tunables.PROBE_INTERVAL_NS);
            assertEquals(0, nonce(peer.expects(probe())) & 0x8000);
        }
    }
}
