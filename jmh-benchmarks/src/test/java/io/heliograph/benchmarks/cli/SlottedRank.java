package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.collective.JobEnvironment;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.bootstrap.Job;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobPorts;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.SlotStatistics;
import io.heliograph.transport.port.PortSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A rank of a job whose packets wait for slots, as a process: all-to-alls that are checked, a line for each. Arguments: port, controller, all-to-alls, seconds that a call waits, seconds after which a silent rank is gone.
 */
final class SlottedRank {
    private static final int PART_LONGS = 4 * 1024;

    private SlottedRank() {}

    /** Runs to the end, or to the first failure. */
    public static void main(String... arguments) {
        Job job = Job.of(System.getenv()).orElseThrow();
        CommunicatorConfig config = CommunicatorConfig.DEFAULT.withTimeoutNs(seconds(arguments[3]));
        JobTransport transport = JobTransport.packets(
                        JobPorts.of(PortSpec.parse(arguments[0])).withPeerTimeoutNs(seconds(arguments[4])))
                .withController(ControllerAddress.parse(arguments[1]));
        try (JobCommunicator ranks = JobCommunicator.open(
                JobEnvironment.place(job, System.getenv(), Duration.ofMinutes(1)), config, transport)) {
            System.out.println("met");
            long wrong = exchange(ranks.communicator(), Integer.parseInt(arguments[2]));
            SlotStatistics slots = ranks.slots().orElseThrow();
            System.out.println("slots " + wrong + " " + slots.usedSlots() + " " + slots.packets() + " "
                    + slots.packetsOutside() + " " + slots);
        } catch (CollectiveException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }

    private static long seconds(String text) {
        return TimeUnit.SECONDS.toNanos(Long.parseLong(text));
    }

    /** Returns how many words were wrong. */
    private static long exchange(Communicator ranks, int times) {
        int size = ranks.size();
        MemorySegment input = ranks.allocate((long) size * PART_LONGS * Long.BYTES);
        MemorySegment output = ranks.allocate((long) size * PART_LONGS * Long.BYTES);
        long wrong = 0;
        for (int time = 0; time < times; time++) {
            for (int i = 0; i < size * PART_LONGS; i++) {
                input.setAtIndex(ValueLayout.JAVA_LONG, i, word(time, ranks.rank(), i / PART_LONGS, i % PART_LONGS));
            }
            ranks.allToAll(input, output, PART_LONGS, DataType.I64).await();
            for (int i = 0; i < size * PART_LONGS; i++) {
                long expected = word(time, i / PART_LONGS, ranks.rank(), i % PART_LONGS);
                wrong += output.getAtIndex(ValueLayout.JAVA_LONG, i) == expected ? 0 : 1;
            }
            System.out.println("exchanged " + time);
        }
        return wrong;
    }

    private static long word(int time, int from, int to, int index) {
        return ((time * 31L + from) * 31 + to) * 100_003 + index;
    }
}
