package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.Aggressiveness;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.Swift;
import io.heliograph.transport.rate.SwiftConfig;
import io.heliograph.transport.wire.NackReason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R12, rates: when packets leave while a table is loaded, to the nanosecond of a wheel's slot. */
class RateRulesTest {
    private static final long LINE_RATE = 100_000_000_000L;
    private static final int P = Script.PAYLOAD_BYTES;
    /** A full packet of the scripts on the line: Ethernet 14, IP 20, UDP 8, headers 48, payload, ICRC 4, preamble and gap 24. */
    private static final int WIRE_BYTES = 14 + 20 + 8 + 48 + P + 4 + 24;

    /** So that a full packet takes 100 us. */
    private static final long RATE = WIRE_BYTES * 8L * 10_000;

    private static final long PACKET_NS = us(100);
    /** What is decided is at most a slot of the wheel early. */
    private static final long SLOT_NS = 16;

    private final Script script = new Script(config ->
            config.withLineRateBitsPerSecond(LINE_RATE).withWorkQueues(4).withTrafficClass(1, 3));
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    private RateTable.Builder table() {
        return RateTable.builder(LINE_RATE);
    }

    private void load(long rateBitsPerSecond) {
        script.endpoint
                .rateTables()
                .replace(table().flow(script.endpoint.address(), peer.address(), 0, rateBitsPerSecond)
                        .build());
        script.run();
    }

    /** The next packets leave one after the other, each when its time has come, and not before. */
    private void expectsPaced(int firstPsn, int count, long eachNs) {
        for (int i = 0; i < count; i++) {
            script.advance(eachNs - SLOT_NS);
            peer.expectsNothing();
            script.advance(SLOT_NS);
            peer.expects(data().psn(firstPsn + i));
        }
    }

    @Test
    @DisplayName("R12.1 without a table nothing waits")
    void shouldSendAtOnceWhenThereIsNoTable() {
        app.writes(write(0, 10L * P));
        for (int psn = 0; psn < 10; psn++) {
            peer.expects(data().psn(psn));
        }
    }

    @Test
    @DisplayName("R12.2 packets leave when the flow's rate has carried those before them")
    void shouldSpacePacketsWhenTableGivesRate() {
        load(RATE);
        app.writes(write(0, 10L * P));
        peer.expects(data().psn(0));
        expectsPaced(1, 9, PACKET_NS);
    }

    @Test
    @DisplayName("R12.2 short packets take their time on the wire, padding and gap included")
    void shouldChargeWireBytesWhenPacketsAreShort() {
        load(RATE);
        app.writes(write(0, 1), write(1, 1), write(2, 1));
        peer.expects(data().psn(0));
        long bytes = 14 + 20 + 8 + 48 + 4 + 4 + 24;
        expectsPaced(1, 2, PACKET_NS * bytes / WIRE_BYTES);
    }

    @Test
    @DisplayName("R12.2 a retransmission is charged like any packet")
    void shouldChargeRetransmissionWhenPacketWasTrimmed() {
        load(RATE);
        app.writes(write(0, 2L * P));
        int entropy = peer.next().entropy();
        peer.sends(nack(NackReason.TRIMMED).psn(0).reflected(entropy));
        peer.expectsNothing();
        script.advance(PACKET_NS);
        peer.expects(data().psn(0).again());
        expectsPaced(1, 1, PACKET_NS);
    }

    @Test
    @DisplayName("R12.2 silent phases are silent, and the schedule repeats")
    void shouldFollowPhasesWhenScheduleRepeats() {
        long periodNs = 10 * PACKET_NS;
        long startNs = script.clock.nowNs();
        List<Phase> phases = List.of(new Phase(0, RATE), new Phase(2 * PACKET_NS, 0));
        script.endpoint
                .rateTables()
                .replace(table().startNs(startNs)
                        .flow(script.endpoint.address(), peer.address(), 0, periodNs, phases)
                        .build());
        script.run();
        app.writes(write(0, 4L * P));
        peer.expects(data().psn(0));
        expectsPaced(1, 1, PACKET_NS);
        script.advance(9 * PACKET_NS - SLOT_NS);
        peer.expectsNothing();
        script.advance(SLOT_NS);
        peer.expects(data().psn(2));
        expectsPaced(3, 1, PACKET_NS);
    }

    @Test
    @DisplayName("R12.2 each traffic class is a flow of its own")
    void shouldNotWaitWhenAnotherClassDoes() {
        load(RATE);
        app.writes(write(0, 2L * P));
        peer.expects(data().psn(0));
        // Its turn comes when the line has carried the packet before.
        app.writes(write(1, P).on(1));
        script.advance(us(1));
        peer.expects(data().psn(1).queue(1));
        peer.expectsNothing();
        script.advance(PACKET_NS - us(1));
        peer.expects(data().psn(2));
    }

    @Test
    @DisplayName("R12.3 control packets are not held back")
    void shouldAnswerAtOnceWhenDataIsPaced() {
        load(RATE);
        app.writes(write(0, 2L * P));
        peer.expects(data().psn(0));
        peer.sends(data().psn(0));
        peer.expects(sackUpTo(1));
        peer.sends(probe(7));
        peer.expects(Packet.answer(7));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R12.4 a new table holds from the next duty cycle on, and what was sent still counts")
    void shouldTurnToNewTableWhenItIsReplaced() {
        load(RATE);
        app.writes(write(0, 4L * P));
        peer.expects(data().psn(0));
        script.advance(PACKET_NS / 2);
        // The other half of the packet is owed, at half the rate.
        load(RATE / 2);
        expectsPaced(1, 1, PACKET_NS);
        expectsPaced(2, 2, 2 * PACKET_NS);
        script.counts(EndpointCounter.DATA_SENT, 4);
    }

    @Test
    @DisplayName("R12.4 a table that starts later leaves its predecessor in place, and one taken away leaves line rate")
    void shouldWaitForStartWhenTableIsLoadedEarly() {
        load(RATE);
        app.writes(write(0, 6L * P));
        peer.expects(data().psn(0));
        long startNs = script.clock.nowNs() + 2 * PACKET_NS;
        script.endpoint
                .rateTables()
                .replace(table().startNs(startNs)
                        .flow(script.endpoint.address(), peer.address(), 0, RATE / 3)
                        .build());
        expectsPaced(1, 2, PACKET_NS);
        expectsPaced(3, 1, 3 * PACKET_NS);
        script.endpoint.rateTables().replace(null);
        script.run();
        peer.expects(data().psn(4), data().psn(5));
        peer.sends(sackUpTo(6).psn(5));
        app.gets(success(0));
    }

    @Test
    @DisplayName("R12.4 a table above the line is refused, and the one in place stays")
    void shouldKeepTableWhenNewOneIsRefused() {
        load(RATE);
        RateTable tooFast = RateTable.builder(2 * LINE_RATE)
                .flow(script.endpoint.address(), peer.address(), 0, LINE_RATE + 1)
                .build();
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> script.endpoint.rateTables().replace(tooFast));
        assertTrue(String.valueOf(refused.getMessage()).contains("rateBitsPerSecond=" + (LINE_RATE + 1)));
        app.writes(write(0, 2L * P));
        peer.expects(data().psn(0));
        expectsPaced(1, 1, PACKET_NS);
    }

    @Test
    @DisplayName("R12 a window policy forgets what was outstanding in a relation that ended")
    void shouldSendAtOnceWhenWindowWasFullAsRelationEnded() {
        int packets = 10;
        SwiftConfig swift = SwiftConfig.of(WIRE_BYTES, LINE_RATE, us(25));
        RatePolicyFactory policy = (_, flows, _) -> new Swift(flows, swift, Aggressiveness.EVEN);
        try (Script windowed = new Script(config -> config.withRatePolicy(policy))) {
            windowed.peer.sends(data().psn(0));
            windowed.app.writes(write(0, (packets + 1L) * P));
            windowed.advance(us(10));
            windowed.counts(EndpointCounter.DATA_SENT, packets);
            windowed.peer.ignoresAll();
            windowed.peer.restartsAs(Script.PEER_INCARNATION + 1);
            windowed.peer.sends(data().psn(0));
            windowed.peer.ignoresAll();
            windowed.app.writes(write(1, 1));
            windowed.advance(us(10));
            windowed.counts(EndpointCounter.DATA_SENT, packets + 1);
        }
    }

    @Test
    @DisplayName("R12.5 flows to peers that nothing was sent to are counted until something is")
    void shouldCountFlowsOfTheTableUntilSomethingIsSentToTheirPeer() {
        assertEquals(0, script.endpoint.counters().get(EndpointCounter.RATE_FLOWS_UNKNOWN));
        IpAddress stranger = new IpAddress(peer.address().high(), peer.address().low() + 100);
        script.endpoint
                .rateTables()
                .replace(table().flow(script.endpoint.address(), peer.address(), 0, RATE)
                        .flow(script.endpoint.address(), stranger, 0, RATE)
                        .flow(peer.address(), script.endpoint.address(), 0, RATE)
                        .build());
        assertEquals(2, script.endpoint.counters().get(EndpointCounter.RATE_FLOWS_UNKNOWN), "its own, to both");
        script.run();
        app.writes(write(0, P));
        peer.expects(data().psn(0));
        assertEquals(
                1,
                script.endpoint.counters().get(EndpointCounter.RATE_FLOWS_UNKNOWN),
                "nothing was sent to the stranger");
        script.endpoint.rateTables().replace(null);
        assertEquals(0, script.endpoint.counters().get(EndpointCounter.RATE_FLOWS_UNKNOWN));
    }
}
