package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ranks started by the launchers that few machines have: the real torchrun and srun, where they are installed. Open MPI's and MPICH's are in {@link CollectiveCommandsTest}. */
@Timeout(300)
class CollectiveLaunchersTest {
    private static final List<String> ARGUMENTS =
            List.of("allreduce", "-b", "256", "-e", "4k", "-f", "16", "-D", "0.01", "-w", "0", "--costs", "off");

    @TempDir
    private Path directory = Path.of("");

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Its agent listens on MASTER_PORT itself, which only the real one shows. */
    @Test
    @Tag("slow")
    void shouldBeARankOfTorchrunsJob() throws Exception {
        Optional<Path> torchrun = onPath("torchrun");
        assumeTrue(torchrun.isPresent(), "torchrun is not on the PATH (PyTorch for Python)");
        String program = torchrun.orElseThrow().toString();
        String port = "--master_port=" + LauncherRun.freePort();
        for (String way : List.of("--standalone", port)) {
            LauncherRun run = LauncherRun.of(
                    directory, List.of(program, way, "--nproc_per_node=2", "--no_python"), Map.of(), ARGUMENTS);
            assertEquals(0, run.code(), run::said);
            assertTrue(run.said().contains("2, started by torchrun"), run::said);
        }
    }

    @Test
    @Tag("slow")
    void shouldBeARankOfSlurmsJob() throws Exception {
        String missing = SlurmCluster.missing();
        assumeTrue(missing.isEmpty(), missing);
        try (SlurmCluster slurm = SlurmCluster.start(directory)) {
            LauncherRun run = LauncherRun.of(
                    directory,
                    List.of("/usr/bin/srun", "-n", "3", "--kill-on-bad-exit"),
                    Map.of(
                            "SLURM_CONF",
                            slurm.configuration(),
                            "MASTER_PORT",
                            Integer.toString(LauncherRun.freePort())),
                    ARGUMENTS);
            assertEquals(0, run.code(), () -> run.said() + slurm.configuration());
            assertTrue(run.said().contains("3, started by Slurm"), run::said);
        }
    }
}
