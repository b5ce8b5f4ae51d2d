package io.heliograph.benchmarks.arbiter;

import io.heliograph.transport.Clock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Processor time of the calling thread, so that figures are those of a processor of one's own, whatever else runs. */
final class ThreadTimeClock implements Clock {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Override
    public long nowNs() {
        return threads.getCurrentThreadCpuTime();
    }
}
