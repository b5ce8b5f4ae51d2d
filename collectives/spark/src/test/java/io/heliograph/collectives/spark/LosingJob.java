package io.heliograph.collectives.spark;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.execute.JobCommunicator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A driver whose second rank's executor dies after the ranks have met; the first writes into a file what it hears of that. */
final class LosingJob {
    private LosingJob() {}

    /** The argument is the file. */
    public static void main(String... args) {
        String file = args[0];
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("losing"))) {
            SparkRanks.mapPartitions(spark.parallelize(List.of(0, 1), 2), _ -> lose(file))
                    .collect();
        }
    }

    private static Iterator<Integer> lose(String file) {
        try (JobCommunicator job = SparkRanks.open(CommunicatorConfig.DEFAULT)) {
            if (job.communicator().rank() == 1) {
                Runtime.getRuntime().halt(9);
            }
            try {
                job.communicator().barrier().await();
            } catch (CollectiveException e) {
                tell(Path.of(file), e.rank() + ": " + e.getMessage());
                throw e;
            }
        }
        return Collections.emptyIterator();
    }

    private static void tell(Path file, String text) {
        try {
            Path part = Path.of(file + ".part");
            Files.writeString(part, text);
            Files.move(part, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
