package io.heliograph.transport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.LineRate;
import io.heliograph.transport.rate.RatePolicy;
import java.lang.foreign.Arena;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R4.3 where PSNs begin again at 0: both flows are driven there packet by packet, 2^24 of them. */
class SequenceWrapTest {
    private static final int W = 64;
    private static final int END = 1 << 24;

    private final Arena arena = Arena.ofConfined();
    private final Counters counters = new Counters();
    private Peer peer = newPeer();

    private Peer newPeer() {
        EndpointConfig config = EndpointConfig.of(IpAddress.ofIpv4(1)).withWindowPackets(W);
        CompletionRings[] rings = {new CompletionRings(arena, 64, 64, false)};
        Peers peers = new Peers(
                config,
                arena,
                new Home(rings),
                new MessagePool(1, false),
                new DutyCycle[] {new DutyCycle()},
                new Counters[] {counters},
                new RatePolicy[] {new LineRate(8 * config.maxPeers())},
                new long[1],
                new long[1]);
        return Objects.requireNonNull(peers.get(peers.add(IpAddress.ofIpv4(2), null)));
    }

    @BeforeEach
    void open() {
        peer = newPeer();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    @DisplayName("R4.3 PSN distances have the sign of RFC 1982 everywhere")
    void shouldTellBeforeFromAfterWhenPsnsWrap() {
        for (int psn : new int[] {0, 1, W, 0x7F_FFFF, 0x80_0000, END - 1}) {
            for (int delta : new int[] {0, 1, -1, W, -W, 0x7F_FFFF, -0x80_0000}) {
                assertEquals(delta, Psn.distance(Psn.add(psn, delta), psn));
            }
        }
    }

    @Test
    @DisplayName("R4.3 the receive window goes round at 2^24")
    void shouldKnowNewFromDuplicateWhenReceiveWindowWraps() {
        ReceiveFlow flow = new ReceiveFlow(peer.lane(0), peer.inbound(), 0, W);
        for (int psn = 0; psn < END - 3; psn++) {
            flow.accept(psn);
        }
        assertEquals(END - 3, flow.cumulativePsn());
        flow.accept(END - 1);
        flow.accept(2);
        assertEquals(ReceiveFlow.NEW, flow.classify(END - 2));
        assertEquals(ReceiveFlow.DUPLICATE, flow.classify(END - 1));
        assertEquals(ReceiveFlow.NEW, flow.classify(0));
        assertEquals(ReceiveFlow.DUPLICATE, flow.classify(2));
        assertEquals(ReceiveFlow.NEW, flow.classify(W - 4));
        assertEquals(ReceiveFlow.BEYOND, flow.classify(W - 3));
        assertEquals(ReceiveFlow.DUPLICATE, flow.classify(END - 4));
        assertTrue(flow.noteAcknowledgement(2, 0, 0, true));
        assertFalse(flow.noteAcknowledgement(END - 1, 0, 0, true));
        assertEquals(END - 1, flow.nextBitmapPsn());
        assertEquals(0b1001, flow.bitmap(END - 1));
        flow.acknowledged(END - 1);
        assertFalse(flow.acknowledgementDue());
        flow.accept(END - 3);
        flow.accept(0);
        flow.accept(END - 2);
        assertEquals(1, flow.cumulativePsn());
        flow.accept(1);
        assertEquals(3, flow.cumulativePsn());
    }

    @Test
    @DisplayName("R4.3 the send window goes round at 2^24")
    void shouldBelieveSacksWhenSendWindowWraps() {
        SendFlow flow = new SendFlow(
                W, new LineRate(8), 0, counters, peer.lane(0).paths().policy());
        OutboundMessage message = new OutboundMessage();
        Outbound outbound = peer.outbound();
        long nowNs = 0;
        for (int psn = 0; psn < END - 32; psn++) {
            send(flow, message, nowNs++);
            assertTrue(flow.onSack(psn + 1, psn + 1, 0, nowNs, outbound));
        }
        for (int i = 0; i < W; i++) {
            assertTrue(flow.windowOpen());
            assertEquals(Psn.add(END - 32, i), flow.psn(send(flow, message, nowNs++)));
        }
        assertFalse(flow.windowOpen());
        assertTrue(flow.isOutstanding(END - 32));
        assertTrue(flow.isOutstanding(31));
        assertFalse(flow.isOutstanding(32));
        assertFalse(flow.isOutstanding(END - 33));
        assertFalse(flow.onSack(33, 33, 0, nowNs, outbound), "one too many");
        assertFalse(flow.onSack(END - 1, END - 1, 1L << 33, nowNs, outbound), "one too many");
        assertTrue(flow.onSack(END - 1, END - 1, 1L << 32, nowNs, outbound));
        assertFalse(flow.isOutstanding(END - 2));
        assertTrue(flow.isOutstanding(END - 1));
        assertTrue(flow.isOutstanding(30));
        assertFalse(flow.isOutstanding(31));
        flow.onTime(nowNs + 1_000_000_000, true);
        // 31 was acknowledged and sent last: all before it are lost, in their order.
        for (int i = 0; i < 32; i++) {
            assertEquals(Psn.add(END - 1, i), flow.psn(flow.takeLost(0)));
        }
        assertFalse(flow.hasLost());
        assertEquals(32, counters.get(EndpointCounter.LOST_BY_SACK));
    }

    private static int send(SendFlow flow, OutboundMessage message, long nowNs) {
        message.unacknowledged = Integer.MAX_VALUE;
        int slot = flow.assign(message, 0, 1);
        flow.onSent(slot, nowNs, 0, 0);
        return slot;
    }

    @Test
    @DisplayName("R4.3 MSNs go round at 2^32")
    void shouldCompareMessagesWhenMsnsWrap() {
        InboundQueue queue = Objects.requireNonNull(peer.inbound().queue(0));
        assertEquals(InboundQueue.COMPLETE, queue.check(-1, 1, 1));
        assertEquals(InboundQueue.COMPLETE, queue.check(Integer.MIN_VALUE, 1, 1));
        assertEquals(InboundQueue.NO_ROOM, queue.check(Integer.MAX_VALUE, 1, 1));
        assertEquals(InboundQueue.NO_ROOM, queue.check(W, 1, 1));
        assertEquals(InboundQueue.OK, queue.check(W - 1, 1, 1));
    }
}
