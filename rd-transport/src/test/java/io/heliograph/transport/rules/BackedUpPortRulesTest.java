package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.answer;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.NackReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R12.3 where a port takes less than it is given: what waits for it, and in which order it goes. */
class BackedUpPortRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    private static final int BURST = Tunables.BURST_FRAMES;

    private final PortPair wire = MemoryPort.pair(Script.MTU_BYTES);
    private final NarrowPort port = new NarrowPort(wire.left());
    private final Script script = new Script(config -> config, new PortPair(port, wire.right()));
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    /** A relation, and more data to send than the port takes. */
    private void fill() {
        peer.sends(data());
        peer.expects(sackUpTo(1));
        port.takes(0);
        app.writes(write(0, 2L * BURST * P));
        peer.expectsNothing();
    }

    private void expectsData(int firstPsn, int count) {
        for (int psn = firstPsn; psn < firstPsn + count; psn++) {
            peer.expects(data().psn(psn));
        }
    }

    @Test
    @DisplayName("R12.3 an acknowledgement leaves before the data that was written before it")
    void shouldAcknowledgeFirstWhenDataWaitsForPort() {
        fill();
        peer.sends(data().psn(1).msn(1));
        port.takes(1);
        script.run();
        peer.expects(sackUpTo(2));
        peer.expectsNothing();
        port.takes(5);
        script.run();
        expectsData(0, 5);
        // Part of the burst is gone; what comes now goes before the rest of it.
        peer.sends(data().psn(2).msn(2));
        port.takes(Integer.MAX_VALUE);
        script.run();
        peer.expects(sackUpTo(3));
        expectsData(5, 2 * BURST - 5);
        peer.expectsNothing();
        peer.sends(sackUpTo(2 * BURST).psn(2 * BURST - 1));
        app.gets(success(0));
        script.counts(EndpointCounter.RETRANSMITTED, 0);
    }

    @Test
    @DisplayName(
            "R12.3 refusals and answers to probes leave first, too, in their order, and none is dropped for the data's sake")
    void shouldAnswerFirstWhenDataWaitsForPort() {
        fill();
        peer.sends(data().psn(1).msn(1).key(1));
        peer.sends(probe(0x1234));
        peer.sends(data().psn(2).msn(2));
        port.takes(2);
        script.run();
        peer.expects(nack(NackReason.BAD_KEY).psn(1), answer(0x1234));
        peer.expectsNothing();
        port.takes(Integer.MAX_VALUE);
        script.run();
        peer.expects(sack().psn(2));
        expectsData(0, 2 * BURST);
    }

    @Test
    @DisplayName(
            "R12.3 of control packets no more than a burst waits: acknowledgements follow, refusals are asked for again")
    void shouldBoundWhatWaitsWhenPortTakesNothing() {
        fill();
        for (int psn = 1; psn <= 2 * BURST; psn++) {
            peer.sends(data().psn(psn).msn(psn).key(1));
        }
        script.counts(EndpointCounter.NACK_SENT, BURST);
        peer.sends(data().psn(1).msn(1));
        script.counts(EndpointCounter.SACK_SENT, 1);
        port.takes(Integer.MAX_VALUE);
        script.run();
        for (int psn = 1; psn <= BURST; psn++) {
            peer.expects(nack(NackReason.BAD_KEY).psn(psn));
        }
        int data = 0;
        int sacks = 0;
        for (Packet each : peer.all()) {
            boolean isData = each.get(Field.OPCODE) == data().get(Field.OPCODE);
            assertEquals(isData ? data : 1, each.get(Field.PSN));
            data += isData ? 1 : 0;
            sacks += isData ? 0 : 1;
        }
        assertEquals(2 * BURST, data);
        assertEquals(1, sacks);
    }
}
