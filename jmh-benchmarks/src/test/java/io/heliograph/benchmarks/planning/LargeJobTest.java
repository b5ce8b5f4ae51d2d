package io.heliograph.benchmarks.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a plan of 1,024 ranks takes. */
class LargeJobTest {
    /** From files to a table that is checked, by linear programming, in less than a minute of processor time. */
    @Test
    @Tag("slow")
    void shouldPlanAThousandRanksInAMinute() throws IOException {
        Path network = Shipped.fabric("leaf-spine-1024");
        Job job = JobFile.read(Shipped.job("gpt-1024"));
        assertEquals(1024, job.parallelism().ranks());
        try (Fabric fabric = ExperimentFile.readFabric(network)) {
            EmulatedRoutes routes = new EmulatedRoutes(fabric);
            long beganNs = processorNs();
            RateSchedule schedule =
                    PlanMethod.LP.plan(job, routes, new Margins(0.02, 0.05)).schedule();
            assertEquals("", schedule.note());
            RateTable table = schedule.table(Late.SPARE, routes.lineRateBitsPerSecond(), HostAddresses::ipv4);
            assertTrue(LinkCheck.isKept(table, routes, HostAddresses::ipv4));
            double seconds = (processorNs() - beganNs) / 1e9;
            assertTrue(seconds < 60, "seconds=" + seconds);
        }
    }

    /** Of this thread, the only one that plans: others may keep the machine busy. */
    private static long processorNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
