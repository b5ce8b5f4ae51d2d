package io.heliograph.collectives.spark;

import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobPorts;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.transport.port.PortSpec;
import java.io.Serial;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * An example for {@code spark-submit}: logistic regression over partitions, a rank each. The driver learns from all points as well, and compares.
 *
 * <p>Arguments: partitions (default 2), points (default 2000), and the port that packets go by, such as {@code dpdk:net_af_packet0,iface=eth1}, the same at all executors; without one they are on one host, and share memory. The exit code is 1 where what was learnt differs.
 */
public final class SparkExample {
    private static final int FEATURES = 8;
    private static final LogisticRegression REGRESSION = new LogisticRegression(FEATURES, 100, 1);
    private static final long SEED = 1;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    /** Sums are added up in another order. */
    private static final double CLOSE = 1e-9;

    private SparkExample() {}

    /**
     * What a rank tells the driver.
     *
     * @param rank its number
     * @param process its executor's
     * @param points that it learnt from
     * @param learnt see {@link LogisticRegression#learn}
     * @param carrier of the sums, for people
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Report(int rank, long process, int points, double[] learnt, String carrier) implements Serializable {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    /** The driver; the master comes from {@code spark-submit}, or as {@code -Dspark.master}. */
    public static void main(String... args) {
        int partitions = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        List<Point> points = Point.draw(args.length > 1 ? Integer.parseInt(args[1]) : 2000, FEATURES, SEED);
        String port = args.length > 2 ? args[2] : "";
        transport(port); // a mistake in it is the driver's to report
        List<Report> reports;
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("helio-logistic-regression"))) {
            reports = SparkRanks.mapPartitions(spark.parallelize(points, partitions), rows -> learn(rows, port))
                    .collect();
        }
        System.exit(tell(points, reports) ? 0 : 1);
    }

    /** Opened in each task: a transport has ports of the machine that it is made on, and does not travel. */
    private static JobTransport transport(String port) {
        if (port.isEmpty()) {
            return JobTransport.DIRECT;
        }
        // A rank that sums up answers nobody meanwhile.
        return JobTransport.packets(JobPorts.of(PortSpec.parse(port)).withPeerTimeoutNs(TIMEOUT_NS));
    }

    /** What a task does. */
    private static Iterator<Report> learn(Iterator<Point> rows, String port) {
        List<Point> mine = new ArrayList<>();
        rows.forEachRemaining(mine::add);
        try (JobCommunicator job =
                SparkRanks.open(CommunicatorConfig.DEFAULT.withTimeoutNs(TIMEOUT_NS), transport(port))) {
            Communicator ranks = job.communicator();
            MemorySegment sums = ranks.allocate((long) REGRESSION.sums() * Double.BYTES);
            double[] learnt = REGRESSION.learn(
                    mine,
                    sums,
                    (memory, count) -> ranks.allReduce(memory, memory, count, DataType.F64, ReduceOperation.SUM)
                            .await());
            long process = ProcessHandle.current().pid();
            return List.of(new Report(ranks.rank(), process, mine.size(), learnt, job.carrier()))
                    .iterator();
        }
    }

    private static boolean tell(List<Point> points, List<Report> reports) {
        double[] alone;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sums = arena.allocate((long) REGRESSION.sums() * Double.BYTES, Double.BYTES);
            alone = REGRESSION.learn(points, sums, (_, _) -> {});
        }
        double[] first = reports.getFirst().learnt();
        boolean same = true;
        for (Report report : reports) {
            System.out.println("rank " + report.rank() + ": process " + report.process() + ", " + report.points()
                    + " points, sums by " + report.carrier());
            same &= Arrays.equals(report.learnt(), first);
        }
        double farthest = 0;
        for (int i = 0; i < alone.length; i++) {
            farthest = Math.max(farthest, Math.abs(alone[i] - first[i]));
        }
        long right = points.stream()
                .filter(point -> REGRESSION.score(point, first) > 0 == (point.label() == 1))
                .count();
        System.out.printf(
                Locale.ROOT,
                "loss %.6f, %.1f %% right, weights %s at all ranks, %.1e at most from those of one process%n",
                first[FEATURES + 1],
                100.0 * right / points.size(),
                same ? "the same" : "NOT the same",
                farthest);
        return same && farthest < CLOSE;
    }
}
