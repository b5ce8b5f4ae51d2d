package io.heliograph.collectives.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.execute.JobPorts;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.transport.port.PortSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Timeout(300)
class SparkRanksTest {
    private static final Pattern RANK = Pattern.compile("rank (\\d): process (\\d+), (\\d+) points");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldLearnOverPartitionsWhatTheDriverLearnsAlone() throws Exception {
        learn("sums by direct placement in shared memory");
    }

    /** As between hosts: what carries packets is another port there. */
    @Test
    void shouldLearnTheSameWhereChunksGoByPackets() throws Exception {
        String port = "shm:spark-" + ProcessHandle.current().pid();
        learn("sums by packets over " + port, port);
    }

    private void learn(String carrier, String... port) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("2", "1001"));
        arguments.addAll(List.of(port));
        LocalCluster.Run run = new LocalCluster(directory).run(SparkExample.class, arguments.toArray(String[]::new));
        assertEquals(0, run.code(), run::said);
        Set<Long> processes = new TreeSet<>(Set.of(run.process()));
        int points = 0;
        Matcher ranks = RANK.matcher(run.said());
        for (int rank = 0; rank < 2; rank++) {
            assertTrue(ranks.find(), run::said);
            assertEquals(rank, Integer.parseInt(ranks.group(1)), run::said);
            processes.add(Long.parseLong(ranks.group(2)));
            points += Integer.parseInt(ranks.group(3));
            assertTrue(run.said().startsWith(", " + carrier, ranks.end()), run::said);
        }
        assertEquals(3, processes.size(), () -> "not in processes of their own: " + run.said());
        assertEquals(1001, points);
        assertTrue(run.said().contains("weights the same at all ranks"), run::said);
        Matcher right = Pattern.compile("([\\d.]+) % right").matcher(run.said());
        assertTrue(right.find() && Double.parseDouble(right.group(1)) > 90, run::said);
    }

    @Test
    void shouldNameTheRankWhoseExecutorDies() throws Exception {
        Path heard = directory.resolve("heard");
        LocalCluster.Run run = new LocalCluster(directory).run(LosingJob.class, heard.toString());
        assertNotEquals(0, run.code(), run::said);
        assertTrue(Files.exists(heard), run::said);
        assertTrue(Files.readString(heard).startsWith("1: "), () -> "heard " + heard);
    }

    @Test
    void shouldRefuseWhatIsNoTaskOfABarrierStage() {
        assertThrows(IllegalStateException.class, () -> SparkRanks.open(CommunicatorConfig.DEFAULT));
        JobTransport packets = JobTransport.packets(JobPorts.of(PortSpec.parse("shm:none")));
        assertThrows(IllegalStateException.class, () -> SparkRanks.open(CommunicatorConfig.DEFAULT, packets));
    }
}
