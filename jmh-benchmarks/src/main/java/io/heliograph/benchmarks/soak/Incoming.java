package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.transport.Completion;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One queue at its receiver: a region between guards, and for each immediate the questions whether it is due, whether it is the first of
 * its number, and whether every byte that it answers for is there: those of its own message, and if it is fenced those of all earlier
 * ones, whose immediates must have come before.
 */
final class Incoming {

    private static final long GUARD_BYTES = 4_096;
    private static final byte GUARD = 0x5a;

    private final SoakPlan plan;
    private final boolean fromCoordinator;
    private final int queue;
    private final Pattern pattern;
    private final Tally tally;
    private final Checks checks;
    private final MemorySegment guarded;
    private final MemorySegment memory;
    private final boolean[] fired = new boolean[MessageStream.WINDOW];
    private final boolean[] verified = new boolean[MessageStream.WINDOW];
    private MessageStream stream;
    private MemoryRegion region = new MemoryRegion(0, 1, 0, 0);
    private boolean registered;
    private int life;
    private long base;
    private long immediates;

    Incoming(
            SoakPlan plan,
            boolean fromCoordinator,
            int queue,
            Arena arena,
            Pattern pattern,
            Tally tally,
            Checks checks) {
        this.plan = plan;
        this.fromCoordinator = fromCoordinator;
        this.queue = queue;
        this.pattern = pattern;
        this.tally = tally;
        this.checks = checks;
        this.stream = new MessageStream(plan, Lives.key(fromCoordinator, queue, 0));
        guarded = arena.allocate(plan.areaBytes() + 2 * GUARD_BYTES, GUARD_BYTES);
        guarded.fill(GUARD); // touches every page, too
        memory = guarded.asSlice(GUARD_BYTES, plan.areaBytes());
    }

    /** Registers the region and begins a life; what came of an earlier one is forgotten. */
    void open(Endpoint endpoint, int newLife) {
        region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
        registered = true;
        life = newLife;
        stream = new MessageStream(plan, Lives.key(fromCoordinator, queue, life));
        base = 0;
        immediates = 0;
        Arrays.fill(fired, false);
        Arrays.fill(verified, false);
    }

    MemoryRegion region() {
        return region;
    }

    int life() {
        return life;
    }

    /** Messages before this one were looked at. */
    long base() {
        return base;
    }

    boolean isRegistered() {
        return registered;
    }

    /** The memory that peers write to. */
    MemorySegment memory() {
        return memory;
    }

    /** Takes the region back, whatever is under way to it. */
    void deregister(Endpoint endpoint) {
        endpoint.deregister(region);
        registered = false;
    }

    /** The region went with its endpoint. */
    void forget() {
        registered = false;
    }

    /** An immediate came. */
    void onImmediate(Completion completion) {
        int immediate = completion.immediate();
        long ahead = (Lives.number(immediate) - base) & Lives.NUMBER_MASK;
        if (!Lives.isImmediateOf(immediate, life) || ahead >= MessageStream.WINDOW) {
            fail("came twice or was never sent", immediate);
            return;
        }
        long number = base + ahead;
        draw(number);
        int index = index(number);
        int kind = stream.kind(number);
        if (kind == MessageStream.WRITE) {
            fail("belongs to a WRITE without immediate", immediate);
        } else if (fired[index]) {
            fail("came twice", immediate);
        } else if (completion.lengthBytes() != stream.lengthBytes(number)) {
            fail("has another length than was sent: bytes=" + completion.lengthBytes(), immediate);
        }
        fired[index] = true;
        immediates++;
        tally.add(Figure.IMMEDIATES, 1);
        if (kind == MessageStream.FENCED) {
            for (long earlier = base; earlier < number; earlier++) {
                if (stream.kind(earlier) != MessageStream.WRITE && !fired[index(earlier)]) {
                    fail("is fenced and came before that of message " + earlier, immediate);
                }
                verify(earlier);
            }
        }
        verify(number);
        while (base < stream.drawn() && verified[index(base)]) {
            fired[index(base)] = false;
            verified[index(base)] = false;
            base++;
        }
    }

    /**
     * The sender says what became of a life whose region was taken back: everything that it calls succeeded must be in the memory, and
     * as many immediates must have come as it saw completed.
     */
    void onDrained(Message message) {
        int count = (int) message.number("count", 0, MessageStream.WINDOW);
        for (long number : message.numbers("succeeded", count)) {
            if (number < base || number >= base + MessageStream.WINDOW) {
                continue; // looked at since the sender last heard of it
            }
            draw(number);
            verify(number);
        }
        long succeeded = message.number("immediates", 0, Long.MAX_VALUE);
        if (succeeded != immediates) {
            checks.fail("immediates are not as many as completed: queue=" + queue + " life=" + life + " completed="
                    + succeeded + " fired=" + immediates);
        }
    }

    /** Whether nobody wrote around the region. */
    void checkGuards() {
        for (long i = 0; i < GUARD_BYTES; i++) {
            if (guarded.get(ValueLayout.JAVA_BYTE, i) != GUARD
                    || guarded.get(ValueLayout.JAVA_BYTE, guarded.byteSize() - 1 - i) != GUARD) {
                checks.fail("bytes around a region were written: queue=" + queue + " offset=" + i);
                return;
            }
        }
    }

    private void draw(long number) {
        while (stream.drawn() <= number) {
            stream.draw();
        }
    }

    private void verify(long number) {
        int index = index(number);
        if (verified[index]) {
            return;
        }
        verified[index] = true;
        int length = stream.lengthBytes(number);
        if (!pattern.matches(memory, stream.offset(number), length, stream.pattern(number))) {
            checks.fail("other bytes arrived than were sent: queue=" + queue + " life=" + life + " number=" + number
                    + " bytes=" + length + " offset=" + stream.offset(number));
        }
        tally.add(Figure.VERIFIED, 1);
        tally.add(Figure.VERIFIED_BYTES, length);
    }

    private void fail(String what, int immediate) {
        checks.fail("an immediate " + what + ": immediate=" + Integer.toHexString(immediate) + " queue=" + queue
                + " life=" + life + " base=" + base);
    }

    private static int index(long number) {
        return (int) (number & (MessageStream.WINDOW - 1));
    }
}
