package io.heliograph.offload.serve;

import io.heliograph.offload.query.ReplyCode;
import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of one thread that serves: it alone writes, anybody reads. */
public final class QueryCounters {

    private final AtomicLongArray values = new AtomicLongArray(QueryCounter.values().length);

    /** All 0. */
    public QueryCounters() {}

    /** What was counted so far. */
    @SuppressWarnings("EnumOrdinal") // an array is an EnumMap that does not allocate
    public long get(QueryCounter counter) {
        return values.getOpaque(counter.ordinal());
    }

    @SuppressWarnings("EnumOrdinal")
    void increment(QueryCounter counter) {
        values.setOpaque(counter.ordinal(), values.getPlain(counter.ordinal()) + 1);
    }

    /** Counts an answer by its code. */
    void answered(int code) {
        switch (code) {
            case ReplyCode.RESULT -> increment(QueryCounter.RESULTS);
            case ReplyCode.UNKNOWN_MODEL -> increment(QueryCounter.UNKNOWN_MODEL);
            case ReplyCode.WRONG_SIZE -> increment(QueryCounter.WRONG_SIZE);
            case ReplyCode.BUSY -> increment(QueryCounter.BUSY);
            case ReplyCode.NO_ANSWER -> increment(QueryCounter.NO_ANSWER);
            case ReplyCode.MALFORMED -> increment(QueryCounter.MALFORMED);
            default -> increment(QueryCounter.NOT_QUERIES);
        }
    }
}
