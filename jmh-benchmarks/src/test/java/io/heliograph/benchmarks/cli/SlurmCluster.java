package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.tour.NetworkNamespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Slurm on this machine: authentication, controller and the daemon of each node in the foreground, with all their files in one directory. Nodes are this machine itself, or network namespaces of it with host names of their own. Root's, for the nodes' daemons want to be.
 */
final class SlurmCluster implements AutoCloseable {
    private static final long READY_SECONDS = 60;
    private static final int KEY_BYTES = 128;
    private static final int JOB_LOOKS = 20;
    private static final List<String> PROGRAMS = List.of(
            "/usr/sbin/munged",
            "/usr/sbin/slurmctld",
            "/usr/sbin/slurmd",
            "/usr/bin/srun",
            "/usr/bin/sinfo",
            "/usr/bin/squeue",
            "/usr/bin/scancel");

    private final List<Process> daemons = new ArrayList<>();
    private final Path directory;
    private final List<Node> nodes;

    private SlurmCluster(Path directory, List<Node> nodes) {
        this.directory = directory;
        this.nodes = nodes;
    }

    /**
     * A node.
     *
     * @param name its host name
     * @param address where the others reach it
     * @param enter what to start programs with, so that they run there
     */
    private record Node(String name, String address, List<String> enter) {
        List<String> line(String... program) {
            List<String> line = new ArrayList<>(enter);
            line.addAll(List.of(program));
            return line;
        }
    }

    /** What is missing for it on this machine, or nothing. */
    static String missing() {
        for (String program : PROGRAMS) {
            if (!Files.isExecutable(Path.of(program))) {
                return program + " is not installed: apt install slurm-wlm munge";
            }
        }
        return System.getProperty("user.name").equals("root") ? "" : "not root: slurmd does not start";
    }

    /** Starts it with this machine as its node, and waits until that takes jobs. */
    static SlurmCluster start(Path parent) throws IOException, InterruptedException {
        String host = said(new ProcessBuilder("hostname", "-s")).strip();
        return start(parent, List.of(new Node(host, "127.0.0.1", List.of())));
    }

    /** The same with a node in each of two namespaces; the first has the controller, too. */
    static SlurmCluster start(Path parent, NetworkNamespaces namespaces, List<String> addresses)
            throws IOException, InterruptedException {
        List<Node> nodes = new ArrayList<>();
        for (int side = 0; side < addresses.size(); side++) {
            String name = "node" + side;
            List<String> enter = new ArrayList<>(namespaces.enter(side));
            enter.addAll(List.of("unshare", "--uts", "sh", "-c", "hostname $0 && exec \"$@\"", name));
            nodes.add(new Node(name, addresses.get(side), enter));
        }
        return start(parent, nodes);
    }

    private static SlurmCluster start(Path parent, List<Node> nodes) throws IOException, InterruptedException {
        // munged wants directories that nobody else can write to.
        Path directory = Files.createDirectory(
                parent.resolve("slurm"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        SlurmCluster cluster = new SlurmCluster(directory, nodes);
        try {
            cluster.startDaemons();
            cluster.awaitNodes();
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Where commands find the configuration. */
    String configuration() {
        return directory.resolve("slurm.conf").toString();
    }

    private void startDaemons() throws IOException, InterruptedException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path keyFile = directory.resolve("munge.key");
        Files.createFile(keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(keyFile, key);
        Files.createDirectory(directory.resolve("state"));
        for (Node node : nodes) {
            Files.createDirectory(directory.resolve("spool-" + node.name()));
        }
        Node first = nodes.getFirst();
        StringBuilder configuration = new StringBuilder("""
                ClusterName=test
                SlurmctldHost=%1$s(%2$s)
                SlurmctldPort=%3$d
                SlurmdPort=%4$d
                AuthType=auth/munge
                AuthInfo=socket=%5$s/munge.socket
                CredType=cred/munge
                SlurmUser=root
                SlurmdUser=root
                StateSaveLocation=%5$s/state
                SlurmdSpoolDir=%5$s/spool-%%n
                SlurmctldPidFile=%5$s/slurmctld.pid
                SlurmdPidFile=%5$s/slurmd-%%n.pid
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                MpiDefault=none
                ReturnToService=2
                SlurmdParameters=config_overrides
                PartitionName=all Nodes=ALL Default=YES State=UP
                """.formatted(
                        first.name(), first.address(), LauncherRun.freePort(), LauncherRun.freePort(), directory));
        for (Node node : nodes) {
            configuration.append(
                    "NodeName=%s NodeAddr=%s CPUs=4 State=UNKNOWN\n".formatted(node.name(), node.address()));
        }
        Files.writeString(directory.resolve("slurm.conf"), configuration);
        // No plugin asks for control groups; detecting their version fails where none are mounted, as in namespaces.
        Files.writeString(directory.resolve("cgroup.conf"), "CgroupPlugin=cgroup/v1\n");
        daemon(
                "munged",
                List.of(
                        "/usr/sbin/munged",
                        "--foreground",
                        "--force",
                        "--num-threads=1",
                        "--key-file=" + keyFile,
                        "--socket=" + directory.resolve("munge.socket"),
                        "--pid-file=" + directory.resolve("munge.pid"),
                        "--seed-file=" + directory.resolve("munge.seed"),
                        "--log-file=" + directory.resolve("munge.log")));
        daemon("slurmctld", first.line("/usr/sbin/slurmctld", "-D", "-f", configuration()));
        for (Node node : nodes) {
            daemon(
                    "slurmd-" + node.name(),
                    node.line("/usr/sbin/slurmd", "-D", "-f", configuration(), "-N", node.name()));
        }
    }

    private void daemon(String name, List<String> line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve(name + ".out").toFile());
        builder.environment().put("SLURM_CONF", configuration());
        daemons.add(builder.start());
    }

    private void awaitNodes() throws IOException, InterruptedException {
        long endMs = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(READY_SECONDS);
        List<String> idle = Collections.nCopies(nodes.size(), "idle");
        List<String> states = List.of();
        // Nobody tells when a node has registered.
        while (!states.equals(idle)) {
            if (System.currentTimeMillis() > endMs) {
                throw new IllegalStateException("the nodes are " + states + "\n" + said());
            }
            Thread.sleep(100);
            states = ask("/usr/bin/sinfo", "--noheader", "--Node", "--format=%T")
                    .lines()
                    .map(String::strip)
                    .toList();
        }
    }

    /** What a command of the cluster says, run at its first node. */
    private String ask(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(nodes.getFirst().line(command));
        builder.environment().put("SLURM_CONF", configuration());
        return said(builder);
    }

    private static String said(ProcessBuilder builder) throws IOException {
        return new String(
                builder.redirectErrorStream(true).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** What the daemons said. */
    String said() throws IOException {
        StringBuilder said = new StringBuilder();
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path log :
                    logs.filter(file -> file.toString().endsWith(".out")).toList()) {
                said.append(log.getFileName()).append(":\n").append(Files.readString(log));
            }
        }
        return said.toString();
    }

    /** Ends jobs that still run, for their processes would outlive the daemons. */
    private void endJobs() {
        try {
            for (int i = 0;
                    i < JOB_LOOKS && !ask("/usr/bin/squeue", "--noheader").isBlank();
                    i++) {
                ask("/usr/bin/scancel", "--full", "--signal=KILL", "--user=root");
                Thread.sleep(500);
            }
        } catch (IOException e) {
            // The limit of each job's time ends it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the daemons, the last first: each removes its sockets. */
    @Override
    public void close() {
        if (daemons.size() == 2 + nodes.size() && daemons.stream().allMatch(Process::isAlive)) {
            endJobs();
        }
        List<Process> last = new ArrayList<>(daemons);
        Collections.reverse(last);
        for (Process daemon : last) {
            daemon.destroy();
            try {
                if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
                    daemon.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                daemon.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
