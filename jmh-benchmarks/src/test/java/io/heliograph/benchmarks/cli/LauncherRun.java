package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.tour.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A launcher that started the ranks of a command, run to its end.
 *
 * @param code its exit code; -1 if it took too long and was ended
 * @param said by it and all ranks
 */
record LauncherRun(int code, String said) {
    private static final long LIMIT_SECONDS = 120;

    /**
     * Runs it.
     *
     * @param launcher the program and what comes before the command
     * @param environment beside a secret
     * @param arguments of helio
     */
    static LauncherRun of(
            Path directory, List<String> launcher, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> helio = new ArrayList<>(ChildProcess.commandLine(List.of(), arguments));
        helio.removeLast(); // launchers give ranks other than 0 no standard input
        List<String> line = new ArrayList<>(launcher);
        line.addAll(helio);
        Path log = directory.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile());
        builder.environment().put("HELIO_SECRET", "known to these ranks alone");
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        int code = process.waitFor();
        return new LauncherRun(ended ? code : -1, Files.readString(log, StandardCharsets.UTF_8));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
