package io.heliograph.transport.sharedmemory;

import java.util.Arrays;

/**
 * Which fenced messages to one peer are flushed because an earlier one of their queue failed (R5.3).
 *
 * <p>A message counts as failed from when it was refused until the application took its error: what was posted in between, the horizon
 * of R5.3, could not know of it. Errors of one queue that overlap are told together, so that rarely one message more than needed is
 * flushed, never one less. Messages have numbers that grow with each that the endpoint posts. It takes a lock, and only after an error.
 */
final class Fences {
    private static final long NONE = Long.MAX_VALUE;

    private final long[] firstFailed;
    private final long[] horizon;
    private final int[] untold;
    private volatile boolean anyFailed;

    Fences(int queues) {
        firstFailed = new long[queues];
        Arrays.fill(firstFailed, NONE);
        horizon = new long[queues];
        untold = new int[queues];
    }

    /** A message was refused; any thread. */
    synchronized void failed(int queue, long number) {
        firstFailed[queue] = Math.min(firstFailed[queue], number);
        untold[queue]++;
        anyFailed = true;
    }

    /** Application: takes the error of a message that {@link #failed}; {@code next} is the number of the next message. */
    synchronized void told(int queue, long next) {
        if (--untold[queue] == 0) {
            horizon[queue] = next;
        }
    }

    /** Whether a fenced message must not fire; asked in the order of the queue. */
    boolean isFlushed(int queue, long number) {
        return anyFailed && isBehindFailure(queue, number);
    }

    private synchronized boolean isBehindFailure(int queue, long number) {
        if (untold[queue] == 0 && number >= horizon[queue]) {
            firstFailed[queue] = NONE;
            return false;
        }
        return number > firstFailed[queue];
    }
}
