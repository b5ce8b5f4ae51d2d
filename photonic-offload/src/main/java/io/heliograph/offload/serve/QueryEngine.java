package io.heliograph.offload.serve;

import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.ReplyLayout;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of queries in memory that others own, and what answers them: the datapath gets address and length, the payload stays where it is (QUERIES.md, Q6 to Q9).
 *
 * <p>First come, first served. Whoever feeds it decides when: {@link #offer} judges and queues, {@link #answer} runs the query at the head. One thread; allocates nothing.
 */
public final class QueryEngine {

    private final ModelTable models;
    private final int thread;
    private final QueryCounters counters;
    private final long[] queries;
    private final int[] lengths;
    private final long[] tokens;
    private final int mask;
    private long head;
    private long tail;

    /**
     * An empty queue.
     *
     * @param thread which of the table's threads serves here, from 0
     * @param queueEntries a power of two
     * @param counters of this thread
     */
    public QueryEngine(ModelTable models, int thread, int queueEntries, QueryCounters counters) {
        if (thread < 0 || thread >= models.threads()) {
            throw new IllegalArgumentException(
                    "no such thread: thread=" + thread + "; the table of models is for " + models.threads());
        }
        if (queueEntries < 1 || Integer.bitCount(queueEntries) != 1) {
            throw new IllegalArgumentException("queue must be a power of two: queueEntries=" + queueEntries);
        }
        this.models = models;
        this.thread = thread;
        this.counters = counters;
        queries = new long[queueEntries];
        lengths = new int[queueEntries];
        tokens = new long[queueEntries];
        mask = queueEntries - 1;
    }

    /**
     * Judges a query and queues it if it is one.
     *
     * @param query address of its header; stays as it is until it is answered
     * @param lengthBytes header and activations
     * @param token comes back from {@link #headToken}
     * @return {@link ReplyCode#RESULT} if it is queued; else the code to {@link #refuse} it with, or one that is {@link ReplyCode#isSilent silent}
     */
    public int offer(long query, int lengthBytes, long token) {
        int code = QueryLayout.check(query, lengthBytes);
        if (code == ReplyCode.RESULT) {
            code = judge(models.get(QueryLayout.model(query)), lengthBytes);
        }
        if (code == ReplyCode.RESULT && tail - head > mask) {
            code = ReplyCode.BUSY;
        }
        if (!ReplyCode.isSilent(code)) {
            counters.increment(QueryCounter.RECEIVED);
        }
        if (code == ReplyCode.RESULT) {
            int entry = (int) tail & mask;
            queries[entry] = query;
            lengths[entry] = lengthBytes;
            tokens[entry] = token;
            tail++;
        } else {
            counters.answered(code);
        }
        return code;
    }

    private static int judge(@Nullable ServedModel model, int lengthBytes) {
        if (model == null) {
            return ReplyCode.UNKNOWN_MODEL;
        }
        return lengthBytes - QueryLayout.HEADER == model.inputs() ? ReplyCode.RESULT : ReplyCode.WRONG_SIZE;
    }

    /**
     * Writes the answer to a query that {@link #offer} refused.
     *
     * @param reply where to, {@link ReplyLayout#HEADER} bytes; may be the query itself
     * @return bytes of the answer
     */
    public int refuse(long query, int lengthBytes, int code, long reply) {
        if (lengthBytes < QueryLayout.HEADER) {
            return ReplyLayout.putError(reply, code, 0, 0, 0, 0);
        }
        int number = QueryLayout.model(query);
        ServedModel model = models.get(number);
        int inputs = model == null || code == ReplyCode.MALFORMED ? 0 : model.inputs();
        return ReplyLayout.putError(reply, code, number, QueryLayout.flags(query), QueryLayout.queryId(query), inputs);
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return head == tail;
    }

    /** Queries that wait. */
    public int size() {
        return (int) (tail - head);
    }

    /** The token of the query that is next; there is one. */
    public long headToken() {
        return tokens[(int) head & mask];
    }

    /** Whether the query that is next wants every cycle stepped. */
    public boolean headIsStepped() {
        return isStepped(queries[(int) head & mask]);
    }

    private static boolean isStepped(long query) {
        return (QueryLayout.flags(query) & QueryLayout.STEPPED) != 0;
    }

    /** Forgets the query that is next; there is one. */
    public void drop() {
        head++;
    }

    /**
     * Runs the query that is next, by the model that is loaded now, and forgets it; there is one.
     *
     * @param reply where to put the answer; may be the query itself
     * @param roomBytes there, at least {@link ReplyLayout#HEADER}
     * @return bytes of the answer
     */
    public int answer(long reply, int roomBytes) {
        int entry = (int) head & mask;
        head++;
        long query = queries[entry];
        int number = QueryLayout.model(query);
        ServedModel model = models.get(number);
        int code = judge(model, lengths[entry]);
        if (model == null || code != ReplyCode.RESULT) {
            counters.answered(code);
            return refuse(query, lengths[entry], code, reply);
        }
        try {
            return run(query, lengths[entry], model, reply, roomBytes);
        } finally {
            // The memory behind its addresses goes with it.
            Reference.reachabilityFence(model);
        }
    }

    private int run(long query, int lengthBytes, ServedModel model, long reply, int roomBytes) {
        boolean steps = isStepped(query);
        Inference inference = model.inference(thread, steps);
        int answer = inference.infer(QueryLayout.activations(query));
        if (answer < 0) {
            counters.answered(ReplyCode.NO_ANSWER);
            return refuse(query, lengthBytes, ReplyCode.NO_ANSWER, reply);
        }
        counters.answered(ReplyCode.RESULT);
        if (steps) {
            counters.increment(QueryCounter.STEPPED);
        }
        return write(query, model, inference, answer, reply, roomBytes);
    }

    private static int write(
            long query, ServedModel model, Inference inference, int answer, long reply, int roomBytes) {
        int sums = Math.min(model.outputs(), (roomBytes - ReplyLayout.HEADER) / Short.BYTES);
        ReplyLayout.putResult(
                reply,
                QueryLayout.model(query),
                QueryLayout.flags(query),
                QueryLayout.queryId(query),
                answer,
                sums,
                model.inputs());
        ReplyLayout.putCycles(reply, inference.overallCycles(), inference.computeCycles(), model.clockHz());
        ReplyLayout.putEnergy(reply, model.energyPicojoules());
        for (int output = 0; output < sums; output++) {
            ReplyLayout.putSum(reply, output, inference.sum(output));
        }
        return ReplyLayout.bytes(sums);
    }
}
