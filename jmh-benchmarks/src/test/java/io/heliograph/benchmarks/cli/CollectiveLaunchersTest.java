package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.benchmarks.tour.NetworkNamespaces;
import io.heliograph.benchmarks.versus.Veth;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DpdkLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        assumeTrue(
                torchrun.isPresent(),
                "torchrun is not on the PATH; it comes with PyTorch for Python: python3 -m venv torch && torch/bin/pip install torch,"
                        + " then PATH=$PWD/torch/bin:$PATH scripts/test -Dgroups=slow");
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
            assertEquals(0, run.code(), () -> run.said() + said(slurm));
            assertTrue(run.said().contains("3, started by Slurm"), run::said);
        }
    }

    /** Two nodes, each a network namespace with a host name of its own: within a node ranks share memory, packets go from node to node. */
    @Test
    @Tag("slow")
    void shouldBeARankOfSlurmsJobOverTwoNodes() throws Exception {
        String missing = SlurmCluster.missing();
        assumeTrue(missing.isEmpty(), missing);
        try {
            DpdkLibrary.load();
        } catch (EnvironmentException e) {
            abort(e.getMessage());
        }
        List<String> arguments = new ArrayList<>(ARGUMENTS);
        arguments.addAll(List.of(
                "--endpoint",
                "auto",
                "--port",
                "dpdk:net_af_packet0,iface=" + NetworkNamespaces.INTERFACE,
                "--address", // the kernel has those that are the default
                "198.18.9.1",
                "--peer-timeout",
                "60"));
        try (NetworkNamespaces namespaces = CollectiveJobsTest.openNamespaces()) {
            List<String> addresses = List.of("198.18.0.1", "198.18.0.2");
            new Veth(namespaces, 1500, 0, 1).configure();
            try (SlurmCluster slurm = SlurmCluster.start(directory, namespaces, addresses)) {
                List<String> launcher = new ArrayList<>(namespaces.enter(0));
                launcher.addAll(List.of("/usr/bin/srun", "-N", "2", "-n", "4", "--ntasks-per-node=2", "--time=2"));
                launcher.add("--kill-on-bad-exit");
                LauncherRun run = LauncherRun.of(
                        directory,
                        launcher,
                        Map.of(
                                "SLURM_CONF",
                                slurm.configuration(),
                                "MASTER_ADDR",
                                addresses.getFirst(),
                                "MASTER_PORT",
                                Integer.toString(LauncherRun.freePort())),
                        arguments);
                assertEquals(0, run.code(), () -> run.said() + said(slurm));
                assertTrue(run.said().contains("4, started by Slurm"), run::said);
                assertTrue(run.said().contains("within hosts, across them packets over dpdk:"), run::said);
                assertTrue(run.said().contains("ranks by host: 2,2"), run::said);
            }
        }
    }

    private static String said(SlurmCluster slurm) {
        try {
            return slurm.said();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
