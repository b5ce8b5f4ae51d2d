package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A rank in a process of its own. */
final class RankProcess {
    static final String SECRET = "what only the ranks of this test know";
    static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    /** In front of the name of a file that is there while the ranks are. */
    static final String FILE = "file ";

    /** What to do, with the number of ranks that are enough to end with. */
    static final String UNTIL = "until-";

    private static final String SHARED = "/dev/shm/heliograph-direct-";
    /** On a machine that is so busy that a process does not run for seconds. */
    private static final long PEER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(6);

    private static final int ELEMENTS = 100_000;
    private static final int RUNS_AT_LAST = 20;

    private RankProcess() {}

    /**
     * Arguments: what carries it (direct, or the name of ports in shared memory, for packets), rank, size, TCP port of the rendezvous, what to do: once, forever, or so many runs with whoever is left each time
     * that ranks were lost.
     */
    public static void main(String... args) {
        int rank = Integer.parseInt(args[1]);
        int size = Integer.parseInt(args[2]);
        byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
        RendezvousConfig place =
                new RendezvousConfig("127.0.0.1", Integer.parseInt(args[3]), secret, rank, size, Duration.ofMinutes(2));
        boolean rebuilds = args[4].startsWith(UNTIL);
        boolean forever = args[4].equals("forever") || rebuilds;
        CommunicatorConfig byThresholds = CommunicatorConfig.DEFAULT.withTuning(Tuning.DEFAULT.withThresholds());
        CommunicatorConfig config = forever ? byThresholds.withTimeoutNs(TIMEOUT_NS) : byThresholds;
        JobTransport transport = args[0].equals("direct")
                ? JobTransport.DIRECT
                : JobTransport.packets(
                        JobPorts.of(PortSpec.parse("shm:" + args[0])).withPeerTimeoutNs(PEER_TIMEOUT_NS));
        try (JobCommunicator job = JobCommunicator.open(place, config, transport)) {
            if (rebuilds) {
                workUntil(job.communicator(), Integer.parseInt(args[4].substring(UNTIL.length())));
            } else {
                work(job.communicator(), forever);
            }
        }
    }

    /** Reduces and, whenever ranks are lost, goes on with those that are left, until there are so few. */
    private static void workUntil(Communicator all, int enough) {
        Communicator communicator = all;
        MemorySegment input = all.allocate(ELEMENTS * 4L);
        MemorySegment output = all.allocate(ELEMENTS * 4L);
        int runs = 0;
        while (communicator.size() > enough || runs < RUNS_AT_LAST) {
            for (int i = 0; i < ELEMENTS; i++) {
                input.setAtIndex(ValueLayout.JAVA_INT, i, i * (communicator.rank() + 1));
            }
            try {
                communicator
                        .allReduce(input, output, ELEMENTS, DataType.I32, ReduceOperation.SUM)
                        .await();
                check(communicator, output);
                if (runs++ == 0) {
                    System.out.println("reduced with " + communicator.size());
                }
            } catch (CollectiveException e) {
                System.out.println("failed because of " + e.rank() + ": " + e.getMessage());
                try {
                    communicator = communicator.rebuild();
                } catch (CollectiveException last) {
                    System.out.println(last.getMessage());
                    System.out.println("left out of the rest: rank " + last.rank());
                    return;
                }
                runs = 0;
                System.out.println("rebuilt as " + communicator.rank() + " of " + communicator.size());
            }
        }
        communicator.close();
        System.out.println("done");
    }

    private static void work(Communicator communicator, boolean forever) {
        MemorySegment input = communicator.allocate(ELEMENTS * 4L);
        MemorySegment output = communicator.allocate(ELEMENTS * 4L);
        for (int i = 0; i < ELEMENTS; i++) {
            input.setAtIndex(ValueLayout.JAVA_INT, i, i * (communicator.rank() + 1));
        }
        try {
            int runs = 0;
            do {
                communicator
                        .allReduce(input, output, ELEMENTS, DataType.I32, ReduceOperation.SUM)
                        .await();
                check(communicator, output);
                if (runs++ == 0) {
                    sharedFiles().forEach(name -> System.out.println(FILE + name));
                    System.out.println("reduced");
                }
            } while (forever);
            System.out.println("done");
        } catch (CollectiveException e) {
            System.out.println("failed because of " + e.rank());
            System.out.println(e.getMessage());
        }
    }

    /** Names of others' segments, which this process has mapped. */
    private static Set<String> sharedFiles() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains(SHARED))
                    .map(line -> line.substring(line.indexOf(SHARED)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Communicator communicator, MemorySegment output) {
        int factor = communicator.size() * (communicator.size() + 1) / 2;
        for (int i = 0; i < ELEMENTS; i += 997) {
            if (output.getAtIndex(ValueLayout.JAVA_INT, i) != i * factor) {
                throw new AssertionError("wrong at " + i);
            }
        }
    }
}
