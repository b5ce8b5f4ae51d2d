package io.heliograph.benchmarks.soak;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Says when a message may be posted, so that the threads of an end's traffic use no more than a share of a processor and post no more
 * than so many messages a second. One thread; allocates nothing.
 */
final class Throttle {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long LOOK_NS = 1_000_000;
    /** What is saved while nothing is to do. */
    private static final double MOST_SAVED_NS = 10_000_000;
    /** What is owed after much was received. */
    private static final double MOST_OWED_NS = 1e9;

    private static final double MOST_SAVED_MESSAGES = 64;
    private static final double FULL_PERCENT = 100;
    private static final double SECOND_NS = 1e9;

    private final double share;
    private final double messagesPerSecond;
    private long[] engineThreadIds = {};
    private long lastNs;
    private long lastCpuNs;
    private double savedCpuNs;
    private double savedMessages;

    Throttle(SoakPlan plan, long nowNs) {
        share = plan.loadPercent() >= FULL_PERCENT ? 0 : plan.loadPercent() / FULL_PERCENT;
        messagesPerSecond = plan.messagesPerSecond();
        lastNs = nowNs;
    }

    /** From now on the calling thread and these do the work; what they did before does not count. */
    void threads(long[] newEngineThreadIds) {
        engineThreadIds = newEngineThreadIds;
        lastCpuNs = cpuNs();
    }

    /**
     * Whether a message may be posted now.
     *
     * @param isBehind whether this end posts much less than it receives: then it may, for otherwise an end that is busy with receiving
     *     would never send
     */
    boolean isOpen(long nowNs, boolean isBehind) {
        if (nowNs - lastNs >= LOOK_NS) {
            long elapsedNs = nowNs - lastNs;
            lastNs = nowNs;
            savedMessages = Math.min(MOST_SAVED_MESSAGES, savedMessages + elapsedNs * messagesPerSecond / SECOND_NS);
            if (share > 0) {
                long cpuNs = cpuNs();
                savedCpuNs =
                        Math.clamp(savedCpuNs + elapsedNs * share - (cpuNs - lastCpuNs), -MOST_OWED_NS, MOST_SAVED_NS);
                lastCpuNs = cpuNs;
            }
        }
        return (share == 0 || savedCpuNs >= 0 || isBehind) && (messagesPerSecond == 0 || savedMessages >= 1);
    }

    /** A message was posted. */
    void onPosted() {
        savedMessages--;
    }

    private long cpuNs() {
        long ns = THREADS.getCurrentThreadCpuTime();
        for (long id : engineThreadIds) {
            ns += THREADS.getThreadCpuTime(id);
        }
        return ns;
    }
}
