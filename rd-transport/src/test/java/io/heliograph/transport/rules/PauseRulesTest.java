package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.probe;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Script.us;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** R12.6 and R12.7: priority pauses of the link, as IEEE 802.1Q clause 36 writes them. */
class PauseRulesTest {
    /** So that a quantum of 512 bits lasts a microsecond. */
    private static final long LINE_RATE = 512_000_000;

    private static final int BURST = Tunables.BURST_FRAMES;

    private final Script script = new Script(config ->
            config.withFlowControl(true).withLineRateBitsPerSecond(LINE_RATE).withTrafficClass(1, 3));
    private final RawPeer peer = script.peer;
    private final App app = script.app;

    @AfterEach
    void close() {
        script.close();
    }

    /** A pause as the standard draws it: for each class of {@code classes}, {@code quanta}. */
    private static byte[] pause(int classes, int quanta) {
        ByteBuffer frame = ByteBuffer.allocate(60)
                .put(new byte[] {1, (byte) 0x80, (byte) 0xC2, 0, 0, 1})
                .put(new byte[] {2, 0, 0, 0, 0, 9})
                .putShort((short) 0x8808)
                .putShort((short) 0x0101)
                .putShort((short) classes);
        for (int i = 0; i < 8; i++) {
            frame.putShort((short) ((classes & 1 << i) == 0 ? 0 : quanta));
        }
        return frame.array();
    }

    @Test
    @DisplayName("R12.6 a paused class waits for its time, another does not")
    void shouldHoldClassBackWhenItIsPaused() {
        peer.sendsFrames(pause(1, 50));
        app.writes(write(0, 1), write(1, 1).on(1));
        peer.expects(data().psn(0).queue(1));
        peer.expectsNothing();
        script.waits(us(50), peer);
        peer.expects(data().psn(1).queue(0));
        peer.sends(sackUpTo(2).psn(0));
        app.gets(success(1), success(0));
        script.counts(EndpointCounter.PAUSE_RECEIVED, 1);
    }

    @Test
    @DisplayName("R12.6 a time of 0 ends a pause, and a later pause replaces an earlier one")
    void shouldGoOnWhenPauseIsTakenBack() {
        peer.sendsFrames(pause(1, 50));
        app.writes(write(0, 1));
        peer.sendsFrames(pause(1, 100));
        script.advance(us(60));
        peer.expectsNothing();
        peer.sendsFrames(pause(1, 0));
        peer.expects(data().psn(0));
    }

    @Test
    @DisplayName("R12.6 control packets go on")
    void shouldAcknowledgeWhenEverythingIsPaused() {
        peer.sendsFrames(pause(0xFF, 50));
        peer.sends(data());
        peer.expects(sackUpTo(1));
        peer.sends(probe(3));
        peer.expects(Packet.answer(3));
    }

    @Test
    @DisplayName("R12.6 a pause storm is bounded by the watchdog, and pauses count again later")
    void shouldGoOnWhenPauseDoesNotEnd() {
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        peer.sends(sackUpTo(1).psn(0));
        app.gets(success(0));
        long stormNs = 0;
        peer.sendsFrames(pause(1, 0xFFFF));
        app.writes(write(1, 1));
        while (stormNs < Tunables.PAUSE_WATCHDOG_NS) {
            peer.expectsNothing();
            script.advance(us(1000));
            stormNs += us(1000);
            if (stormNs < Tunables.PAUSE_WATCHDOG_NS) {
                peer.sendsFrames(pause(1, 0xFFFF));
            }
        }
        peer.expects(data().psn(1));
        script.counts(EndpointCounter.PAUSE_STORMS, 1);
        peer.sendsFrames(pause(1, 0xFFFF));
        app.writes(write(2, 1));
        peer.expects(data().psn(2));
        peer.sends(sackUpTo(3).psn(2));
        app.gets(success(1), success(2));
        script.advance(Tunables.PAUSE_WATCHDOG_NS);
        peer.sendsFrames(pause(1, 0xFFFF));
        app.writes(write(3, 1));
        peer.expectsNothing();
    }

    @Test
    @DisplayName("R12.6 what is not quite a pause is foreign, and so is one where flow control is off")
    void shouldCountForeignWhenFrameIsNoPause() {
        byte[] otherOpcode = pause(1, 50);
        otherOpcode[15] = 2;
        byte[] otherAddress = pause(1, 50);
        otherAddress[5] = 2;
        byte[] cut = Arrays.copyOf(pause(1, 50), 33);
        peer.sendsFrames(otherOpcode, otherAddress, cut);
        app.writes(write(0, 1));
        peer.expects(data().psn(0));
        script.counts(EndpointCounter.FOREIGN, 3);
        try (Script off = new Script()) {
            off.peer.sendsFrames(pause(1, 50));
            off.app.writes(write(0, 1));
            off.peer.expects(data().psn(0));
            off.counts(EndpointCounter.FOREIGN, 1);
        }
    }

    @Test
    @DisplayName("R12.7 a node whose port backs up pauses what fills it, renews that, and ends it")
    void shouldPauseLinkWhenPortBacksUp() {
        List<byte[]> pauses = new ArrayList<>();
        int psn = 0;
        for (int cycle = 1; cycle <= 3 * Tunables.PAUSE_FULL_BURSTS; cycle++) {
            // Each duty cycle finds a full burst; the window of 64 lets them all pass as new or duplicates.
            for (int i = 0; i < BURST; i++) {
                peer.puts(data().psn(psn).msn(psn).filled(1, 1));
                psn++;
            }
            script.cycle();
            script.clock.advance(us(10));
            pauses.addAll(peer.takesPauses());
            int due = cycle < Tunables.PAUSE_FULL_BURSTS ? 0 : 1 + (cycle - Tunables.PAUSE_FULL_BURSTS) / 5;
            assertEquals(due, pauses.size(), "pauses after cycle " + cycle);
        }
        for (byte[] each : pauses) {
            byte[] expected = pause(1, 100);
            System.arraycopy(each, 6, expected, 6, 6);
            assertArrayEquals(expected, each);
        }
        script.run();
        List<byte[]> last = peer.takesPauses();
        assertEquals(1, last.size());
        assertEquals(0, ByteBuffer.wrap(last.getFirst()).getShort(18), "time of class 0");
        assertEquals(1, ByteBuffer.wrap(last.getFirst()).getShort(16), "classes");
    }

    @Test
    @DisplayName("R12.6 flow control on a port of unknown rate is refused")
    void shouldRefuseFlowControlWhenLineRateIsUnknown() {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse("198.18.0.1")).withFlowControl(true);
        try (PortPair ports = MemoryPort.pair(1500)) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> PacketEndpoint.open(config, script.clock, new SeededRandom(1), ports.left()));
            assertTrue(String.valueOf(refused.getMessage()).contains("lineRateBitsPerSecond"));
        }
    }
}
