package io.heliograph.benchmarks.cli;

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

/** Slurm on one node, this machine: controller, node and authentication in the foreground, with all their files in one directory. Root's, for the node's daemon wants to be. */
final class SlurmCluster implements AutoCloseable {
    private static final long READY_SECONDS = 60;
    private static final int KEY_BYTES = 128;
    private static final List<String> PROGRAMS =
            List.of("/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/srun", "/usr/bin/sinfo");

    private final List<Process> daemons = new ArrayList<>();
    private final Path directory;

    private SlurmCluster(Path directory) {
        this.directory = directory;
    }

    /** What is missing for it on this machine, or nothing. */
    static String missing() {
        for (String program : PROGRAMS) {
            if (!Files.isExecutable(Path.of(program))) {
                return program + " is not installed (slurm-wlm, munge)";
            }
        }
        return System.getProperty("user.name").equals("root") ? "" : "not root: slurmd does not start";
    }

    /** Starts it, and waits until the node takes jobs. */
    static SlurmCluster start(Path parent) throws IOException, InterruptedException {
        // munged wants directories that nobody else can write to.
        Path directory = Files.createDirectory(
                parent.resolve("slurm"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        SlurmCluster cluster = new SlurmCluster(directory);
        try {
            cluster.startDaemons();
            cluster.awaitNode();
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
        for (String state : List.of("state", "spool")) {
            Files.createDirectory(directory.resolve(state));
        }
        String host = new String(
                        new ProcessBuilder("hostname", "-s")
                                .start()
                                .getInputStream()
                                .readAllBytes(),
                        StandardCharsets.UTF_8)
                .strip();
        Files.writeString(directory.resolve("slurm.conf"), """
                ClusterName=test
                SlurmctldHost=%1$s(127.0.0.1)
                SlurmctldPort=%2$d
                SlurmdPort=%3$d
                AuthType=auth/munge
                AuthInfo=socket=%4$s/munge.socket
                CredType=cred/munge
                SlurmUser=root
                SlurmdUser=root
                StateSaveLocation=%4$s/state
                SlurmdSpoolDir=%4$s/spool
                SlurmctldPidFile=%4$s/slurmctld.pid
                SlurmdPidFile=%4$s/slurmd.pid
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                MpiDefault=none
                ReturnToService=2
                SlurmdParameters=config_overrides
                NodeName=%1$s NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
                PartitionName=all Nodes=%1$s Default=YES State=UP
                """.formatted(
                        host, LauncherRun.freePort(), LauncherRun.freePort(), directory));
        daemon(
                "/usr/sbin/munged",
                "--foreground",
                "--force",
                "--num-threads=1",
                "--key-file=" + keyFile,
                "--socket=" + directory.resolve("munge.socket"),
                "--pid-file=" + directory.resolve("munge.pid"),
                "--seed-file=" + directory.resolve("munge.seed"),
                "--log-file=" + directory.resolve("munge.log"));
        daemon("/usr/sbin/slurmctld", "-D", "-f", configuration());
        daemon("/usr/sbin/slurmd", "-D", "-f", configuration(), "-N", host);
    }

    private void daemon(String... line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log(line[0]).toFile());
        builder.environment().put("SLURM_CONF", configuration());
        daemons.add(builder.start());
    }

    private Path log(String program) {
        return directory.resolve(Path.of(program).getFileName() + ".out");
    }

    private void awaitNode() throws IOException, InterruptedException {
        long endMs = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(READY_SECONDS);
        String state = "";
        while (!state.strip().equals("idle")) {
            if (System.currentTimeMillis() > endMs) {
                throw new IllegalStateException("the node is '" + state.strip() + "'\n" + said());
            }
            Thread.sleep(100);
            ProcessBuilder sinfo = new ProcessBuilder("/usr/bin/sinfo", "--noheader", "--format=%T");
            sinfo.environment().put("SLURM_CONF", configuration());
            state = new String(
                    sinfo.redirectErrorStream(true).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What the daemons said. */
    String said() throws IOException {
        StringBuilder said = new StringBuilder();
        for (String program : PROGRAMS) {
            if (Files.exists(log(program))) {
                said.append(program).append(":\n").append(Files.readString(log(program)));
            }
        }
        return said.toString();
    }

    /** Ends the daemons, the last first: each removes its sockets. */
    @Override
    public void close() {
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
