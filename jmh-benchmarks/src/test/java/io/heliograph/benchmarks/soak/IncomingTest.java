package io.heliograph.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each thing that can go wrong at a receiver is told apart from what goes right. */
class IncomingTest {

    private static final SoakPlan PLAN = new SoakPlan(11, 1, 4_096, 1, 1, 0, 0, 100, 0);
    private static final int LIFE = Lives.first(3);

    private final Arena arena = Arena.ofShared();
    private final PortPair ports = MemoryPort.pair(1_500);
    private final PacketEndpoint endpoint = PacketEndpoint.open(
            EndpointConfig.of(IpAddress.parse("198.18.0.1")), SystemClock.INSTANCE, new SeededRandom(1), ports.left());
    private final Pattern pattern = new Pattern(arena, PLAN.largestBytes());
    private final Tally tally = new Tally();
    private final Checks checks = new Checks(tally);
    private final Incoming incoming = new Incoming(PLAN, true, 0, arena, pattern, tally, checks);
    private final MessageStream sent = new MessageStream(PLAN, Lives.key(true, 0, LIFE));

    @BeforeEach
    void open() {
        incoming.open(endpoint, LIFE);
    }

    @AfterEach
    void release() {
        endpoint.close();
        ports.close();
        arena.close();
    }

    @Test
    void shouldLookAtEveryByteWhenAllIsWell() {
        long last = placeUntilFenced(20);
        for (long number = 0; number <= last; number++) {
            fire(number);
        }
        assertNull(checks.first());
        assertEquals(last + 1, incoming.base());
        assertEquals(last + 1, tally.get(Figure.VERIFIED));
    }

    @Test
    void shouldFindAWrongByteOfAWriteThatAFencedImmediateAnswersFor() {
        long fenced = placeUntilFenced(1);
        for (long number = 0; number < fenced; number++) {
            fire(number);
        }
        long plain = 0;
        while (sent.kind(plain) != MessageStream.WRITE || sent.lengthBytes(plain) == 0) {
            plain++;
        }
        assertTrue(plain < fenced, "the seed gives a WRITE before the first fence");
        long at = sent.offset(plain) + sent.lengthBytes(plain) - 1;
        byte there = incoming.memory().get(ValueLayout.JAVA_BYTE, at);
        incoming.memory().set(ValueLayout.JAVA_BYTE, at, (byte) (there + 1));
        assertNull(checks.first(), "nothing has answered for it yet");
        fire(fenced);
        assertFailed("other bytes arrived");
    }

    @Test
    void shouldFindAnImmediateThatComesTwice() {
        placeUntilFenced(1);
        long immediate = 0;
        while (sent.kind(immediate) == MessageStream.WRITE) {
            immediate++;
        }
        fire(immediate);
        assertNull(checks.first());
        fire(immediate);
        assertFailed("twice");
    }

    @Test
    void shouldFindAFencedImmediateThatOvertakes() {
        placeUntilFenced(1);
        long second = placeUntilFenced(1);
        assertTrue(sent.fits(second, 0), "the seed gives short messages");
        fire(second);
        assertFailed("is fenced and came before");
    }

    @Test
    void shouldFindAnImmediateOfAnotherLife() {
        placeUntilFenced(1);
        incoming.onImmediate(new Fired(Lives.immediate(LIFE + 1, 1), 0));
        assertFailed("never sent");
    }

    @Test
    void shouldFindAnotherLength() {
        placeUntilFenced(1);
        long immediate = 0;
        while (sent.kind(immediate) == MessageStream.WRITE) {
            immediate++;
        }
        incoming.onImmediate(new Fired(Lives.immediate(LIFE, immediate), sent.lengthBytes(immediate) + 1));
        assertFailed("another length");
    }

    @Test
    void shouldFindAnImmediateThatCompletedAndNeverFired() {
        placeUntilFenced(1);
        incoming.onDrained(
                Message.of("drained").with("count", 0).with("immediates", 1).with("succeeded", new long[0]));
        assertFailed("not as many as completed");
    }

    @Test
    void shouldFindAMessageThatCompletedAndIsNotThere() {
        sent.draw();
        sent.draw();
        long number = sent.lengthBytes(0) > 0 ? 0 : 1;
        incoming.onDrained(
                Message.of("drained").with("count", 1).with("immediates", 0).with("succeeded", new long[] {number}));
        assertFailed("other bytes arrived");
    }

    @Test
    void shouldFindBytesAroundTheRegion() {
        incoming.checkGuards();
        assertNull(checks.first());
        NativeMemory.putByte(incoming.region().address() + PLAN.areaBytes(), (byte) 1);
        incoming.checkGuards();
        assertFailed("around a region");
    }

    /** Places messages as a sender would until {@code least} are there and the last is fenced; its number. */
    private long placeUntilFenced(int least) {
        long number;
        do {
            number = sent.drawn();
            sent.draw();
            MemorySegment.copy(
                    pattern.memory(),
                    Pattern.offset(sent.pattern(number)),
                    incoming.memory(),
                    sent.offset(number),
                    sent.lengthBytes(number));
        } while (number + 1 < least || sent.kind(number) != MessageStream.FENCED);
        return number;
    }

    private void fire(long number) {
        if (sent.kind(number) != MessageStream.WRITE) {
            incoming.onImmediate(new Fired(Lives.immediate(LIFE, number), sent.lengthBytes(number)));
        }
    }

    private void assertFailed(String why) {
        assertTrue(String.valueOf(checks.first()).contains(why), () -> String.valueOf(checks.first()));
        assertTrue(tally.get(Figure.ERRORS) > 0, "counted, too");
    }

    private record Fired(int immediate, long lengthBytes) implements Completion {
        @Override
        public int kind() {
            return IMMEDIATE;
        }

        @Override
        public int status() {
            return CompletionStatus.SUCCESS;
        }

        @Override
        public int peer() {
            return 0;
        }

        @Override
        public int queue() {
            return 0;
        }

        @Override
        public long cookie() {
            return 0;
        }
    }
}
