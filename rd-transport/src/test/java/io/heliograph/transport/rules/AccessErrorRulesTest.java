package io.heliograph.transport.rules;

import static io.heliograph.transport.rules.App.ended;
import static io.heliograph.transport.rules.App.event;
import static io.heliograph.transport.rules.App.fired;
import static io.heliograph.transport.rules.App.success;
import static io.heliograph.transport.rules.Packet.data;
import static io.heliograph.transport.rules.Packet.nack;
import static io.heliograph.transport.rules.Packet.sack;
import static io.heliograph.transport.rules.Packet.sackUpTo;
import static io.heliograph.transport.rules.Packet.voidOf;
import static io.heliograph.transport.rules.Write.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.wire.NackReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R8, access errors, at the receiver and at the sender. */
class AccessErrorRulesTest {
    private static final int P = Script.PAYLOAD_BYTES;
    private static final int END = Target.BYTES;

    private final Script script = new Script();
    private final RawPeer peer = script.peer;
    private final App app = script.app;
    private final Target target = script.target;

    @AfterEach
    void close() {
        script.close();
    }

    @Test
    @DisplayName("R8.1 no region has the key")
    void shouldRefuseWhenKeyIsUnknown() {
        int key = target.region().key();
        for (int bit = 0; bit < 32; bit++) {
            peer.sends(data().psn(1).msn(4).key(key ^ 1 << bit).immediate(1));
            peer.expects(nack(NackReason.BAD_KEY)
                    .psn(1)
                    .msn(4)
                    .information(key ^ 1 << bit)
                    .reflected(Script.ENTROPY));
        }
        peer.sends(data().key(0), data().key(0).bytes());
        peer.expects(
                nack(NackReason.BAD_KEY).information(0),
                nack(NackReason.BAD_KEY).information(0));
        peer.expectsNothing();
        target.isUnchanged();
        app.getsNothing();
        script.counts(EndpointCounter.ACCESS_ERROR, 34);
    }

    @Test
    @DisplayName("R8.1 a refused packet is new when it comes again")
    void shouldTakePacketWhenItWasRefusedBefore() {
        peer.sends(data().psn(0).key(0).bytes(1));
        peer.ignoresAll();
        peer.sends(data().psn(0).bytes(2));
        peer.expects(sackUpTo(1));
        target.nowHas(0, 2);
    }

    @ParameterizedTest
    @DisplayName("R8.1 bounds, to the byte")
    @CsvSource({"-1, 1", "-1, 0", "-4, 4", "65535, 2", "65536, 1", "65537, 0", "65533, 4"})
    void shouldRefuseWhenRangeLeavesRegion(long offset, int length) {
        peer.sends(data().address(target.region().address() + offset).filled(length, 9));
        peer.expects(nack(NackReason.OUT_OF_BOUNDS)
                .psn(0)
                .information(target.region().key()));
        target.isUnchanged();
    }

    @ParameterizedTest
    @DisplayName("R8.1 addresses far away")
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x8000_0000_0000L})
    void shouldRefuseWhenAddressIsFarAway(long address) {
        peer.sends(data().address(address).bytes(9), data().address(address).bytes());
        peer.expects(nack(NackReason.OUT_OF_BOUNDS), nack(NackReason.OUT_OF_BOUNDS));
        target.isUnchanged();
    }

    @Test
    @DisplayName("R8.1 the first and the last byte, and nothing at the end, are within")
    void shouldPlaceWhenRangeJustFits() {
        peer.sends(
                data().psn(0).msn(0).at(0).bytes(1),
                data().psn(1).msn(1).at(END - 1).bytes(2),
                data().psn(2).msn(2).at(END).bytes(),
                data().psn(3).msn(3).at(END - 4).bytes(3, 3, 3));
        target.with(0, 1).with(END - 1, 2).nowHas(END - 4, 3, 3, 3);
        peer.expects(sackUpTo(4));
    }

    @Test
    @DisplayName("R8.1 a region that is a source only may not be written to")
    void shouldRefuseWhenRegionMayNotBeWritten() {
        MemoryRegion source = app.source();
        peer.sends(data().key(source.key()).address(source.address()).bytes(1));
        peer.sends(data().key(source.key()).address(source.address()).bytes());
        peer.expects(
                nack(NackReason.NO_PERMISSION).information(source.key()),
                nack(NackReason.NO_PERMISSION).information(source.key()));
    }

    @Test
    @DisplayName("R8.2 keys are found whole, whatever else is in the table, and the time does not depend on them")
    void shouldFindKeyOnlyWhenAllBitsAreRight() {
        RegionTable table = RegionTable.empty(64);
        assertEquals(RegionTable.NONE, table.find(0));
        int[] next = {7};
        for (int i = 1; i <= 64; i++) {
            table = table.with(i * 4096L, 4096, 0, () -> next[0] += 0x0101_0101);
            assertEquals(i * 4096L, table.address(table.find(table.last().key())));
        }
        for (int bit = 0; bit < 32; bit++) {
            int slot = table.find(table.last().key() ^ 1 << bit);
            assertEquals(
                    true,
                    slot == RegionTable.NONE
                            || table.address(slot) != table.last().address());
        }
    }

    @Test
    @DisplayName("R8.3 the refused packet becomes VOID, what is sent again too, and the rest one VOID")
    void shouldSendVoidWhenMessageFailed() {
        app.writes(write(0, 100L * P).immediate(1), write(1, 1));
        for (int psn = 0; psn < 64; psn++) {
            peer.expects(data().psn(psn).of(100));
        }
        peer.sends(sackUpTo(3).psn(2), nack(NackReason.OUT_OF_BOUNDS).psn(5));
        // At once, though the window's first packets are still out; three PSNs more are free.
        peer.expects(voidOf(1, 1).psn(5).msn(0).of(100).again().at(0).address(1));
        peer.expects(voidOf(36, 1).psn(64).msn(0).of(100));
        peer.expects(data().psn(65).msn(1).of(1));
        peer.expectsNothing();
        peer.sends(nack(NackReason.OUT_OF_BOUNDS).psn(6));
        script.waits(Tunables.NO_RESOURCE_WAIT_NS, peer);
        peer.expects(voidOf(1, 1).psn(6).again());
        app.getsNothing();
        peer.sends(sackUpTo(66).psn(6));
        app.gets(ended(CompletionStatus.OUT_OF_BOUNDS, 0), success(1));
    }

    @ParameterizedTest
    @DisplayName("R8.3 each reason completes with its error")
    @CsvSource({"0x80, 1", "0x81, 2", "0x82, 3", "0x83, 4"})
    void shouldCompleteWithErrorWhenRefused(String reason, int status) {
        app.writes(write(0, 1));
        peer.expects(data());
        peer.sends(nack(Integer.decode(reason)).psn(0));
        peer.expects(voidOf(1, 0).psn(0).of(1).again());
        app.getsNothing();
        peer.sends(sackUpTo(1).psn(0));
        app.gets(ended(status, 0));
    }

    @Test
    @DisplayName("R8.3 a message that failed keeps its error when the relation ends before it is all acknowledged")
    void shouldKeepErrorWhenPeerIsGoneBeforeAllIsAcknowledged() {
        app.writes(write(0, 2L * P), write(1, 1));
        peer.ignoresAll();
        peer.sends(nack(NackReason.BAD_KEY).psn(0));
        peer.expects(voidOf(1, 1).psn(0).of(2).again());
        app.getsNothing();
        script.advance(Tunables.PEER_TIMEOUT_NS);
        app.gets(
                ended(CompletionStatus.BAD_KEY, 0),
                ended(CompletionStatus.PEER_GONE, 1),
                event(CompletionStatus.PEER_GONE));
        app.getsNothing();
    }

    @Test
    @DisplayName("R8.3 a reason that is not known changes nothing")
    void shouldIgnoreNackWhenReasonIsUnknown() {
        app.writes(write(0, 1));
        peer.expects(data());
        peer.sends(nack(0x42).psn(0), nack(0).psn(0), nack(0xFF).psn(0));
        peer.expectsNothing();
        app.getsNothing();
        script.counts(EndpointCounter.UNBELIEVED, 3);
    }

    @Test
    @DisplayName("R8.3 VOID packets are accepted without a look at keys, and touch nothing")
    void shouldAcceptVoidWhenKeyAndAddressMeanNothing() {
        peer.sends(
                data().psn(0).of(4).at(0).bytes(1, 2, 3, 4),
                voidOf(1, 0).psn(1).of(4),
                voidOf(2, 0).psn(2).of(4));
        target.nowHas(0, 1, 2, 3, 4);
        peer.expects(sackUpTo(3));
        peer.sends(data().psn(3).msn(0).of(4).bytes(9));
        peer.expectsNothing();
        target.isUnchanged();
    }

    @Test
    @DisplayName("R8.3 a VOID message needs no slot")
    void shouldAcceptVoidWhenNoSlotIsFree() {
        try (Script full = new Script(config -> config.withReceiveSlots(1))) {
            full.peer.sends(data().psn(0).immediate(1));
            full.peer.ignoresAll();
            full.peer.sends(voidOf(1, 1).psn(1).msn(1));
            full.peer.expects(sackUpTo(2));
        }
    }

    @Test
    @DisplayName("R8.3 the immediate of a message with a VOID packet never fires, whatever comes last")
    void shouldNotFireWhenAnyPacketWasVoid() {
        peer.sends(voidOf(1, 0).psn(0).of(2), data().psn(1).of(2).immediate(1));
        peer.sends(
                data().psn(3).msn(1).of(2).immediate(2),
                voidOf(1, 1).psn(2).msn(1).of(2));
        app.getsNothing();
    }

    @Test
    @DisplayName("R8.3 a message whose source was deregistered goes on as VOID and completes with REGION_GONE")
    void shouldSendVoidWhenSourceIsDeregistered() {
        app.writes(write(0, 66L * P));
        for (int psn = 0; psn < 64; psn++) {
            peer.expects(data().psn(psn));
        }
        script.endpoint.deregister(app.source());
        peer.sends(sackUpTo(1).psn(0), sackUpTo(2).psn(1));
        peer.expects(voidOf(1, 0).psn(64).of(66), voidOf(1, 0).psn(65).of(66));
        script.advance(Tunables.MAX_RTO_NS);
        peer.expects(voidOf(1, 0).psn(2).again());
        peer.sends(sackUpTo(66).psn(65));
        app.gets(ended(CompletionStatus.REGION_GONE, 0));
    }

    @Test
    @DisplayName("R8.4 another N, or more packets than are missing")
    void shouldRefuseWhenPacketDoesNotFitItsMessage() {
        peer.sends(data().psn(0).of(3).at(0).bytes(1));
        peer.expects(sackUpTo(1));
        target.nowHas(0, 1);
        peer.sends(
                data().psn(1).of(4).bytes(9),
                data().psn(1).of(2).bytes(9),
                voidOf(3, 0).psn(1).of(3),
                voidOf(0, 0).psn(1).of(3),
                voidOf(-1, 0).psn(1).of(3),
                voidOf(1, 0).psn(1).of(4));
        for (int i = 0; i < 6; i++) {
            peer.expects(nack(NackReason.BAD_MESSAGE).psn(1).msn(0).information(3));
        }
        target.isUnchanged();
        peer.sends(
                voidOf(5, 0).psn(1).msn(1).of(4),
                voidOf(0, 0).psn(1).msn(1).of(4),
                voidOf(Integer.MIN_VALUE, 0).psn(1).msn(1).of(4));
        for (int i = 0; i < 3; i++) {
            peer.expects(nack(NackReason.BAD_MESSAGE).psn(1).msn(1).information(0));
        }
        peer.sends(voidOf(2, 0).psn(1).of(3), data().psn(2).msn(1).of(1).immediate(3));
        peer.expects(sackUpTo(3));
        app.gets(fired(3));
    }

    @Test
    @DisplayName("R8.5 after deregistration nothing is placed, also the rest of a message that had begun")
    void shouldRefuseWhenRegionWasDeregistered() {
        peer.sends(data().psn(0).of(2).at(0).bytes(1));
        target.nowHas(0, 1);
        peer.puts(data().psn(1).of(2).at(1).bytes(2));
        script.endpoint.deregister(target.region());
        script.run();
        peer.expects(
                sackUpTo(1),
                nack(NackReason.BAD_KEY).psn(1).information(target.region().key()));
        target.isUnchanged();
        peer.sends(voidOf(1, 0).psn(1).of(2));
        peer.expects(sackUpTo(2));
    }

    @Test
    @DisplayName("R8.5 the same memory registered again has another key")
    void shouldRefuseOldKeyWhenMemoryIsRegisteredAgain() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            MemoryRegion first = script.endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
            script.endpoint.deregister(first);
            MemoryRegion second = script.endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
            peer.sends(
                    data().psn(0).key(first.key()).address(first.address()).bytes(1),
                    data().psn(1)
                            .msn(1)
                            .key(second.key())
                            .address(second.address() + 1)
                            .bytes(2));
            peer.expects(
                    nack(NackReason.BAD_KEY).psn(0),
                    sack().cumulative(0).offset(1).bits(1));
            assertEquals(0, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
            assertEquals(2, memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 1));
            script.endpoint.deregister(second);
        }
    }
}
