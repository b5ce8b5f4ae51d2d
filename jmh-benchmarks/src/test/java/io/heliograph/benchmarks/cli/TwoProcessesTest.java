package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in processes of their own, over shared memory. */
@Timeout(180)
class TwoProcessesTest {

    private static final long LIMIT_SECONDS = 60;
    /** The peer timeout, which is what the documents promise, and as much again for a machine that is busy. */
    private static final long GONE_SECONDS = 4;

    private static final long BIG_BYTES = 3L << 30;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final String name = "two-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldMeasureOverSharedMemory() throws Exception {
        for (String command : List.of("write-bw", "write-lat")) {
            Path json = directory.resolve(command + ".json");
            try (ChildProcess server = start("server", command, "--listen", socket());
                    ChildProcess client = start(
                            "client",
                            command,
                            socket(),
                            "-n",
                            "100",
                            "-w",
                            "0.2",
                            "--fault",
                            "loss=0.01",
                            "--json",
                            json.toString())) {
                assertEquals(0, client.await(LIMIT_SECONDS), client::said);
                assertEquals(0, server.await(LIMIT_SECONDS), server::said);
            }
            JsonNode document = new JsonMapper().readTree(json.toFile());
            assertEquals(0, document.path("results").path(0).path("wrong").asInt(-1));
        }
        assertNothingLeft();
    }

    @Test
    void shouldMeasureDirectPlacement() throws Exception {
        for (String command : List.of("write-bw", "write-lat")) {
            Path json = directory.resolve(command + ".json");
            List<String> direct = List.of("--endpoint", "direct");
            try (ChildProcess server = start("server", direct, command, "--listen", socket());
                    ChildProcess client = start(
                            "client",
                            direct,
                            command,
                            socket(),
                            "-n",
                            "1000",
                            "-w",
                            "0.2",
                            "--json",
                            json.toString())) {
                assertEquals(0, client.await(LIMIT_SECONDS), client::said);
                assertEquals(0, server.await(LIMIT_SECONDS), server::said);
            }
            JsonNode document = new JsonMapper().readTree(json.toFile());
            assertEquals(0, document.path("results").path(0).path("wrong").asInt(-1));
        }
        assertNothingLeft();
    }

    @Test
    void shouldMoveAFileWithSeveralEngines() throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("a file"), content);
        Path to = Files.createDirectory(directory.resolve("to"));
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket(), "--engines", "2");
                ChildProcess sender = start("client", "send", file.toString(), socket(), "--engines", "2")) {
            assertEquals(0, sender.await(LIMIT_SECONDS), sender::said);
            assertEquals(0, receiver.await(LIMIT_SECONDS), receiver::said);
        }
        assertArrayEquals(content, Files.readAllBytes(to.resolve("a file")));
        assertNothingLeft();
    }

    @Test
    void shouldSayThatTheEndsDifferWhenOnlyOneIsDirect() throws Exception {
        try (ChildProcess server = start("server", List.of("--endpoint", "direct"), "write-bw", "--listen", socket());
                ChildProcess client = start("client", "write-bw", socket())) {
            assertEquals(Helio.ENVIRONMENT, client.await(LIMIT_SECONDS), client::said);
            assertEquals(Helio.ENVIRONMENT, server.await(LIMIT_SECONDS), server::said);
            assertTrue(client.lastSentence().contains("there=write-bw --endpoint direct"), client::said);
        }
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatDiffersWhenTheEnginesDo() throws Exception {
        try (ChildProcess server = start("server", "write-bw", "--listen", socket(), "--engines", "2");
                ChildProcess client = start("client", "write-bw", socket(), "--engines", "3")) {
            assertEquals(Helio.ENVIRONMENT, client.await(LIMIT_SECONDS), client::said);
            assertEquals(Helio.ENVIRONMENT, server.await(LIMIT_SECONDS), server::said);
            assertTrue(client.lastSentence().contains("differ in the number of engines"), client::said);
        }
        assertNothingLeft();
    }

    @Test
    void shouldEndAndLeaveNothingWhenADirectServerIsKilled() throws Exception {
        List<String> direct = List.of("--endpoint", "direct");
        try (WatchService names = watchSharedMemory();
                ChildProcess server = start("server", direct, "write-bw", "--listen", socket());
                ChildProcess client = start("client", direct, "write-bw", socket(), "-D", "60")) {
            awaitSharedMemory(names, client);
            assertEquals(1, secondsToNotice(server, client), client::said);
            assertTrue(client.lastSentence().contains("is gone"), client::said);
        }
        try (ChildProcess server = start("server", direct, "write-bw", "--listen", socket());
                ChildProcess client = start("client", direct, "write-bw", socket(), "-n", "100", "-w", "0")) {
            assertEquals(0, client.await(LIMIT_SECONDS), client::said);
            assertEquals(0, server.await(LIMIT_SECONDS), server::said);
        }
        assertNothingLeft();
    }

    private static WatchService watchSharedMemory() throws IOException {
        WatchService names = SHARED_MEMORY.getFileSystem().newWatchService();
        SHARED_MEMORY.register(names, StandardWatchEventKinds.ENTRY_CREATE);
        return names;
    }

    /** Until both ends have their segments; {@code names} were watched before they started. */
    private void awaitSharedMemory(WatchService names, ChildProcess client) throws IOException, InterruptedException {
        while (list(SHARED_MEMORY).stream().filter(file -> file.contains(name)).count() < 2) {
            WatchKey news = names.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertNotNull(news, client::said);
            news.pollEvents();
            news.reset();
        }
    }

    @Test
    void shouldMoveAFile() throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("a file"), content);
        Path to = Files.createDirectory(directory.resolve("to"));
        move(file, to);
        assertArrayEquals(content, Files.readAllBytes(to.resolve("a file")));
        assertNothingLeft();
    }

    @Test
    void shouldSayWhatDiffersWhenTheEndsDoNotFit() throws Exception {
        try (ChildProcess server = start("server", "write-bw", "--listen", socket());
                ChildProcess client = start("client", "write-lat", socket())) {
            assertEquals(Helio.ENVIRONMENT, client.await(LIMIT_SECONDS), client::said);
            assertEquals(Helio.ENVIRONMENT, server.await(LIMIT_SECONDS), server::said);
            assertTrue(client.lastSentence().contains("differ in the command"), client::said);
            assertTrue(server.lastSentence().contains("differ in the command"), server::said);
        }
        assertNothingLeft();
    }

    @Test
    void shouldMoveAFileEncrypted() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(2).nextBytes(content);
        Path file = Files.write(directory.resolve("f"), content);
        Path to = Files.createDirectory(directory.resolve("to"));
        String secret = secret("one", 1);
        try (ChildProcess receiver =
                        start("server", "receive", to.toString(), "--listen", socket(), "--secret", secret);
                ChildProcess sender = start(
                        "client", "send", file.toString(), socket(), "--secret", secret, "--fault", "loss=0.01")) {
            assertEquals(0, sender.await(LIMIT_SECONDS), sender::said);
            assertEquals(0, receiver.await(LIMIT_SECONDS), receiver::said);
        }
        assertArrayEquals(content, Files.readAllBytes(to.resolve("f")));
        assertNothingLeft();
    }

    @Test
    void shouldSayThatTheSecretsDifferWhenTheyDo() throws Exception {
        String one = secret("one", 1);
        try (ChildProcess server = start("server", "write-bw", "--listen", socket(), "--secret", one);
                ChildProcess client = start("client", "write-bw", socket(), "--secret", secret("two", 2))) {
            assertEquals(1, client.await(LIMIT_SECONDS), client::said);
            assertEquals(1, server.await(LIMIT_SECONDS), server::said);
            assertTrue((client.said() + server.said()).contains("another secret"), client::said);
        }
        try (ChildProcess server = start("server", "write-bw", "--listen", socket(), "--secret", one);
                ChildProcess client = start("client", "write-bw", socket())) {
            assertEquals(Helio.ENVIRONMENT, client.await(LIMIT_SECONDS), client::said);
            assertEquals(Helio.ENVIRONMENT, server.await(LIMIT_SECONDS), server::said);
            assertTrue(client.lastSentence().contains("differ in encryption"), client::said);
            assertTrue(server.lastSentence().contains("differ in encryption"), server::said);
        }
        assertNothingLeft();
    }

    private String secret(String file, int content) throws IOException {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) content);
        Path path = Files.write(directory.resolve(file), bytes);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return path.toString();
    }

    @Test
    void shouldEndAndLeaveNothingWhenTheSenderIsKilled() throws Exception {
        Path to = Files.createDirectory(directory.resolve("to"));
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket());
                ChildProcess sender = start("client", "send", sparse().toString(), socket())) {
            awaitBytes(receiver, to);
            assertEquals(1, secondsToNotice(sender, receiver), receiver::said);
            assertTrue(receiver.lastSentence().contains("is gone"), receiver::said);
        }
        assertEquals(List.of(), list(to), "an unfinished file is removed");
        assertNothingLeft();
        shouldMoveAFile("again");
    }

    @Test
    void shouldEndAndWorkAgainWhenTheReceiverIsKilled() throws Exception {
        Path to = Files.createDirectory(directory.resolve("to"));
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket());
                ChildProcess sender = start("client", "send", sparse().toString(), socket())) {
            awaitBytes(receiver, to);
            assertEquals(1, secondsToNotice(receiver, sender), sender::said);
            assertTrue(sender.lastSentence().contains("is gone"), sender::said);
        }
        assertNothingLeft();
        Path small = Files.writeString(directory.resolve("small"), "x");
        move(small, to);
        assertEquals(List.of("small"), list(to), "the next receive clears away what the killed one left");
    }

    @Test
    void shouldCleanUpWhenItIsTerminated() throws Exception {
        Path to = Files.createDirectory(directory.resolve("to"));
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket());
                ChildProcess sender = start("client", "send", sparse().toString(), socket())) {
            awaitBytes(receiver, to);
            receiver.process().destroy(); // SIGTERM, which ends a JVM as Ctrl-C does
            receiver.await(LIMIT_SECONDS);
            assertEquals(1, sender.await(LIMIT_SECONDS), sender::said);
        }
        assertEquals(List.of(), list(to), "an unfinished file is removed");
        assertNothingLeft();
    }

    @Test
    void shouldEndWithTheProcessThatStartedIt() throws Exception {
        Path to = Files.createDirectory(directory.resolve("to"));
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket())) {
            receiver.process().getOutputStream().close(); // as when this process is killed
            assertEquals(1, receiver.await(LIMIT_SECONDS), receiver::said);
        }
        assertNothingLeft();
    }

    private void shouldMoveAFile(String fileName) throws Exception {
        Path to = Files.createDirectory(directory.resolve("to-" + fileName));
        move(Files.writeString(directory.resolve(fileName), "content"), to);
        assertEquals("content", Files.readString(to.resolve(fileName)));
    }

    private void move(Path file, Path to) throws Exception {
        try (ChildProcess receiver = start("server", "receive", to.toString(), "--listen", socket());
                ChildProcess sender = start("client", "send", file.toString(), socket())) {
            assertEquals(0, sender.await(LIMIT_SECONDS), sender::said);
            assertEquals(0, receiver.await(LIMIT_SECONDS), receiver::said);
        }
    }

    /** Kills one with SIGKILL; the exit code of the other, which must end in time. */
    private static int secondsToNotice(ChildProcess killed, ChildProcess noticing) throws InterruptedException {
        long startNs = SystemClock.INSTANCE.nowNs();
        killed.process().destroyForcibly().waitFor();
        int code = noticing.await(LIMIT_SECONDS);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(SystemClock.INSTANCE.nowNs() - startNs);
        assertTrue(seconds <= GONE_SECONDS, () -> "noticed after " + seconds + " s");
        return code;
    }

    private ChildProcess start(String role, String... arguments) {
        return start(role, List.of(), arguments);
    }

    private ChildProcess start(String role, List<String> more, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(more);
        line.addAll(List.of("--port", "shm:" + name));
        return ChildProcess.start(List.of(), directory.resolve(role + ".log"), line);
    }

    private String socket() {
        return "unix:" + directory.resolve("s");
    }

    /** Large and empty, so that moving it takes a while and making it does not. */
    private Path sparse() throws IOException {
        Path file = directory.resolve("big");
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(BIG_BYTES);
        }
        return file;
    }

    /** Until the transfer is under way: the receiver has blocks that only placed bytes can have given the file. */
    private static void awaitBytes(ChildProcess receiver, Path to) throws IOException, InterruptedException {
        Path part = to.resolve("big.helio.part");
        long deadlineNs = SystemClock.INSTANCE.nowNs() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!Files.exists(part) || blocks(part) < 64) {
            assertTrue(receiver.process().isAlive(), receiver::said);
            assertTrue(SystemClock.INSTANCE.nowNs() < deadlineNs, receiver::said);
            Thread.sleep(5);
        }
    }

    private static long blocks(Path file) throws IOException, InterruptedException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String said = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return stat.waitFor() == 0 ? Long.parseLong(said) : 0;
    }

    private void assertNothingLeft() throws IOException {
        assertTrue(Files.notExists(directory.resolve("s")), "a socket file is left");
        assertTrue(list(SHARED_MEMORY).stream().noneMatch(file -> file.contains(name)), "shared memory is left");
    }

    private static List<String> list(Path where) throws IOException {
        try (var files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
