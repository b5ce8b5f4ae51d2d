package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.util.Arrays;

/**
 * One queue at its sender: posts the messages of its stream as far as the receiver has looked at earlier ones, and checks that each
 * completes once, and with success unless the receiver took its memory away or began anew.
 *
 * <p>A <em>life</em> of a queue lasts until one of the two happens; then the stream starts over with another key.
 */
final class Outgoing {

    private enum State {
        /** Posts. */
        OPEN,
        /** The region is going: waits for what is outstanding. */
        DRAINING,
        /** Waits for the new region. */
        CLOSED
    }

    private static final byte FREE = 0;
    private static final byte OUT = 1;
    private static final byte SUCCEEDED = 2;
    private static final byte FAILED = 3;

    private final SoakPlan plan;
    private final boolean fromCoordinator;
    private final int queue;
    private final Tally tally;
    private final Checks checks;
    private final byte[] fates = new byte[MessageStream.WINDOW];
    private State state = State.CLOSED;
    private MessageStream stream;
    private RemoteRegion target = new RemoteRegion(0, 0, 0);
    private int life;
    private long posted;
    private long credited;
    private int outstanding;
    private long immediatesSucceeded;
    private boolean gone;

    Outgoing(SoakPlan plan, boolean fromCoordinator, int queue, Tally tally, Checks checks) {
        this.plan = plan;
        this.fromCoordinator = fromCoordinator;
        this.queue = queue;
        this.tally = tally;
        this.checks = checks;
        this.stream = new MessageStream(plan, Lives.key(fromCoordinator, queue, 0));
    }

    /** Begins a life. */
    void open(int newLife, RemoteRegion newTarget) {
        life = newLife;
        stream = new MessageStream(plan, Lives.key(fromCoordinator, queue, life));
        target = newTarget;
        posted = 0;
        credited = 0;
        outstanding = 0;
        immediatesSucceeded = 0;
        gone = false;
        Arrays.fill(fates, FREE);
        state = State.OPEN;
    }

    /** Which life it is. */
    int life() {
        return life;
    }

    /** Posts that did not complete yet. */
    int outstanding() {
        return outstanding;
    }

    /** Whether everything posted was completed and looked at by the receiver, and nothing is missing for that but another message. */
    boolean isQuiet() {
        return state == State.OPEN && outstanding == 0 && credited == posted && endsFenced();
    }

    /** Whether the last message was fenced, so that the receiver looks at all of them without another. */
    boolean endsFenced() {
        return posted == 0 || stream.kind(posted - 1) == MessageStream.FENCED;
    }

    /** The state in words, for messages to people. */
    String describe() {
        return "queue=" + queue + " state=" + state + " life=" + life + " posted=" + posted + " credited=" + credited
                + " outstanding=" + outstanding;
    }

    /** Posts the next message if that is possible now. */
    boolean post(Endpoint endpoint, int peer, MemoryRegion source) {
        if (state != State.OPEN || posted - credited == MessageStream.WINDOW || fates[index(posted)] == OUT) {
            return false;
        }
        if (stream.drawn() == posted) {
            stream.draw();
        }
        if (!stream.fits(posted, credited)) {
            return false;
        }
        long from = Pattern.offset(stream.pattern(posted));
        int length = stream.lengthBytes(posted);
        long to = target.address() + stream.offset(posted);
        long cookie = Lives.cookie(life, posted);
        int kind = stream.kind(posted);
        int code = kind == MessageStream.WRITE
                ? endpoint.write(queue, peer, source, from, length, to, target.key(), cookie)
                : endpoint.writeImm(
                        queue,
                        peer,
                        source,
                        from,
                        length,
                        to,
                        target.key(),
                        Lives.immediate(life, posted),
                        kind == MessageStream.FENCED,
                        cookie);
        if (code == Post.RING_FULL) {
            return false;
        }
        if (code != Post.OK) {
            throw new RunFailure("a WRITE was not taken: " + Post.describe(code) + ": bytes=" + length);
        }
        fates[index(posted)] = OUT;
        posted++;
        outstanding++;
        tally.add(Figure.POSTED, 1);
        return true;
    }

    /** A post completed. */
    void onWritten(long cookie, int status) {
        long number = posted - 1 - ((posted - 1 - Lives.number(cookie)) & Lives.NUMBER_MASK);
        if (!Lives.isOf(cookie, life)
                || number < 0
                || posted - number > MessageStream.WINDOW
                || fates[index(number)] != OUT) {
            checks.fail("completed twice or never posted: cookie=" + Long.toHexString(cookie) + " status=" + status
                    + " " + describe());
            return;
        }
        outstanding--;
        if (status == CompletionStatus.SUCCESS) {
            fates[index(number)] = SUCCEEDED;
            immediatesSucceeded += stream.kind(number) == MessageStream.WRITE ? 0 : 1;
            tally.add(Figure.COMPLETED, 1);
            return;
        }
        fates[index(number)] = FAILED;
        switch (status) {
            case CompletionStatus.BAD_KEY, CompletionStatus.FLUSHED -> {
                // The receiver must say that it took the region back, or draining never ends.
                if (state == State.OPEN) {
                    state = State.DRAINING;
                }
                tally.add(Figure.FAILED_AS_DUE, 1);
            }
            case CompletionStatus.PEER_RESTARTED -> {
                state = State.CLOSED;
                tally.add(Figure.FAILED_AS_DUE, 1);
            }
            default ->
                checks.fail("a WRITE failed: " + CompletionStatus.describe(status) + ": number=" + number + " "
                        + describe());
        }
    }

    /** The receiver has looked at all messages before a number. */
    void credit(long number) {
        if (number > posted) {
            checks.fail("the receiver looked at what was not sent: number=" + number + " " + describe());
        } else if (number > credited) {
            credited = number;
        }
    }

    /** The receiver took the region back. */
    void gone() {
        gone = true;
        state = State.DRAINING;
    }

    /** Whether the region went and everything ended that was under way to it. */
    boolean isDrained() {
        return state == State.DRAINING && gone && outstanding == 0;
    }

    /** Ends the life, and tells what became of its messages: which succeeded that the receiver may not have looked at, and how many immediates in all. */
    Message drained(Message message) {
        state = State.CLOSED;
        long[] succeeded = new long[MessageStream.WINDOW];
        int count = 0;
        for (long number = credited; number < posted; number++) {
            if (fates[index(number)] == SUCCEEDED) {
                succeeded[count++] = number;
            }
        }
        return message.with("queue", queue)
                .with("immediates", immediatesSucceeded)
                .with("count", count)
                .with("succeeded", Arrays.copyOf(succeeded, count));
    }

    private static int index(long number) {
        return (int) (number & (MessageStream.WINDOW - 1));
    }
}
