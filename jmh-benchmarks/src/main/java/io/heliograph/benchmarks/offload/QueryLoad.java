package io.heliograph.benchmarks.offload;

import com.sun.management.ThreadMXBean;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.query.QueryClient;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.ReplyLayout;
import io.heliograph.transport.Clock;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for images in turn and measures: open loop, each query with a due time from which its latency runs, or closed, with so many queries under way. One thread.
 *
 * <p>Nothing is sent again: what is not answered in time is lost, and counted. Allocates nothing per query.
 */
public final class QueryLoad {

    /** Between two greetings. */
    private static final long HELLO_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long HELLO_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long HELLO_ID = -1;

    private static final int TABLE = 1 << 16;
    private static final long CLOSED = Long.MIN_VALUE;
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int SPINS = 100;
    private static final double NS_PER_SECOND = 1e9;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final QueryClient client;
    private final Clock clock;
    private final ImageSet images;
    private final int imageCount;
    private final @Nullable ExpectedAnswers expected;
    private final QueryPlan plan;
    private final QueryClient.ReplyHandler handler = this::onReply;
    private final Histogram latencyNs = new Histogram(1, LONGEST_NS, SIGNIFICANT_DIGITS);
    /** By the query id: when it was due, or {@link #CLOSED} once it is answered or lost. */
    private final long[] dueNs = new long[TABLE];
    /** When it left. */
    private final long[] sentNs = new long[TABLE];

    private long nowNs;
    /** Ids are given in order, over all runs. */
    private long nextId;
    /** All queries before it are answered or lost. */
    private long oldestId;
    /** Ids below it are of earlier runs. */
    private long firstId;

    private int underway;
    private int idleTurns;
    private long results;
    private long busy;
    private long errors;
    private long lost;
    private long right;
    private long wrong;
    private long lastAnswerNs;
    private long overallCycles;
    private long computeCycles;
    private long clockHz;
    private long energyPicojoules;
    private volatile long done;

    /**
     * @param clock of the asking thread
     * @param images to ask for
     * @param imageCount of them, from the first on, in turn
     * @param expected what answers must be, or null if nobody knows
     */
    public QueryLoad(
            QueryClient client,
            Clock clock,
            ImageSet images,
            int imageCount,
            @Nullable ExpectedAnswers expected,
            QueryPlan plan) {
        this.client = client;
        this.clock = clock;
        this.images = images;
        this.imageCount = imageCount;
        this.expected = expected;
        this.plan = plan;
    }

    /**
     * Waits until the server answers for a model: a query without activations, again and again.
     *
     * @return how many activations the model takes
     * @throws RunFailure if nobody answers in time, or there is no such model
     */
    public static int hello(QueryClient client, Clock clock, int model, long patienceNs) {
        long startNs = clock.nowNs();
        long nextNs = startNs;
        int[] inputs = {-1};
        QueryClient.ReplyHandler handler = (reply, lengthBytes) ->
                inputs[0] = ReplyLayout.code(reply) == ReplyCode.WRONG_SIZE ? ReplyLayout.inputs(reply) : 0;
        while (inputs[0] < 0) {
            long nowNs = clock.nowNs();
            if (nowNs - startNs > patienceNs) {
                throw new RunFailure("no server answered: is 'helio serve-inference' running at the other end, with the"
                        + " address of --to and the same --query-port?");
            }
            if (Thread.interrupted()) {
                throw new RunFailure("interrupted");
            }
            if (nowNs - nextNs >= 0) {
                client.send(model, 0, HELLO_ID, 0, 0);
                nextNs = nowNs + HELLO_NS;
            }
            client.poll(handler, nowNs);
            LockSupport.parkNanos(HELLO_PARK_NS);
        }
        if (inputs[0] == 0) {
            throw new RunFailure("the server has no model " + model);
        }
        return inputs[0];
    }

    /** Warms up and asks. */
    public QueryResult run() {
        if (plan.warmupNs() > 0) {
            long untilNs = clock.nowNs() + plan.warmupNs();
            ask(Long.MAX_VALUE, 0, untilNs);
        }
        reset();
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        long startNs = clock.nowNs();
        lastAnswerNs = startNs;
        long sendingNs = ask(plan.queries(), plan.ratePerSecond(), Long.MAX_VALUE) - startNs;
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        long queries = nextId - firstId;
        return new QueryResult(
                queries,
                results,
                busy,
                errors,
                lost,
                right,
                wrong,
                lastAnswerNs - startNs,
                sendingNs,
                latencyNs.copy(),
                (double) heap / Math.max(1, queries),
                overallCycles,
                computeCycles,
                clockHz,
                energyPicojoules);
    }

    /** Queries answered or lost so far; any thread. */
    public long done() {
        return done;
    }

    private void reset() {
        firstId = nextId;
        oldestId = nextId;
        results = 0;
        busy = 0;
        errors = 0;
        lost = 0;
        right = 0;
        wrong = 0;
        latencyNs.reset();
    }

    /** Returns when the last query left. */
    private long ask(long queries, double ratePerSecond, long untilNs) {
        long first = nextId;
        long startNs = clock.nowNs();
        long lastNs = startNs;
        double gapNs = ratePerSecond == 0 ? 0 : NS_PER_SECOND / ratePerSecond;
        boolean sending = true;
        while (sending || underway > 0) {
            nowNs = clock.nowNs();
            if (Thread.interrupted()) {
                throw new RunFailure("interrupted");
            }
            int work = 0;
            while (sending && nextId - oldestId < TABLE) {
                if (nextId - first == queries || nowNs - untilNs >= 0) {
                    sending = false;
                    break;
                }
                long wantedNs = gapNs == 0 ? nowNs : startNs + (long) ((nextId - first) * gapNs);
                boolean due = gapNs == 0 ? underway < plan.outstanding() : nowNs - wantedNs >= 0;
                if (!due || !send(wantedNs)) {
                    break;
                }
                lastNs = nowNs;
                work++;
            }
            work += client.poll(handler, nowNs);
            forget();
            idle(work);
        }
        return lastNs;
    }

    private boolean send(long wantedNs) {
        int image = (int) ((nextId - firstId) % imageCount);
        int code = client.send(plan.model(), plan.flags(), nextId, images.image(image), images.imageBytes());
        if (code == QueryClient.TOO_LONG || code == QueryClient.UNREACHABLE) {
            throw new RunFailure(
                    code == QueryClient.TOO_LONG
                            ? "a query of " + images.imageBytes() + " activations does not fit in a packet"
                            : "nobody answers for the server's address");
        }
        if (code != QueryClient.OK) {
            return false;
        }
        int entry = (int) nextId & TABLE - 1;
        dueNs[entry] = wantedNs;
        sentNs[entry] = nowNs;
        nextId++;
        underway++;
        return true;
    }

    private void onReply(long reply, int lengthBytes) {
        long id = QueryLayout.queryId(reply);
        int entry = (int) id & TABLE - 1;
        if (id < oldestId || id >= nextId || dueNs[entry] == CLOSED) {
            return; // answered or given up before, or the answer to a greeting
        }
        lastAnswerNs = clock.nowNs();
        int code = ReplyLayout.code(reply);
        if (code == ReplyCode.RESULT) {
            onResult(reply, (int) ((id - firstId) % imageCount));
            latencyNs.recordValue(Math.clamp(lastAnswerNs - dueNs[entry], 1, LONGEST_NS));
        } else if (code == ReplyCode.BUSY) {
            busy++;
        } else {
            errors++;
        }
        dueNs[entry] = CLOSED;
        underway--;
    }

    private void onResult(long reply, int image) {
        results++;
        overallCycles = ReplyLayout.overallCycles(reply);
        computeCycles = ReplyLayout.computeCycles(reply);
        clockHz = ReplyLayout.clockHz(reply);
        energyPicojoules = ReplyLayout.energyPicojoules(reply);
        if (expected != null && !expected.matches(image, reply)) {
            wrong++;
        }
        if (images.isLabelled() && ReplyLayout.classOf(reply) == images.label(image)) {
            right++;
        }
    }

    /** Moves on over what is answered, and gives up what is too old. */
    private void forget() {
        while (oldestId < nextId) {
            int entry = (int) oldestId & TABLE - 1;
            if (dueNs[entry] != CLOSED) {
                if (nowNs - sentNs[entry] < plan.timeoutNs()) {
                    break;
                }
                dueNs[entry] = CLOSED;
                underway--;
                lost++;
            }
            oldestId++;
        }
        done = oldestId - firstId;
    }

    @SuppressWarnings("ThreadPriorityCheck") // yield: both ends may share a processor
    private void idle(int work) {
        if (work > 0) {
            idleTurns = 0;
        } else if (++idleTurns < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
