package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CommandLineMistakesTest {

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "write-bw --port memory localhost",
                "write-bw --port memory --listen localhost",
                "write-bw localhost --listen localhost",
                "write-bw --port memory -n 5 -D 1",
                "write-bw --port memory -a -s 5",
                "write-bw --port memory -s 0",
                "write-bw --port memory -s 2g",
                "write-bw --port memory -s 1x",
                "write-bw --port memory -n -1",
                "write-bw --port memory -t 0",
                "write-bw --port memory --mtu 100",
                "write-bw --port memory --fault loss=2",
                "write-bw --port memory --fault nonsense",
                "write-bw --port memory --address localhost",
                "write-bw --port memory --address 198.18.0.1",
                "write-bw --port memory --peer-timeout 0",
                "write-bw --port memory --paths 15",
                "write-bw --port memory --paths 257",
                "write-bw --port memory --path-policy clever",
                "write-bw --port nonsense",
                "write-bw --endpoint nonsense",
                "write-bw --endpoint direct --mtu 1500",
                "write-bw --endpoint direct --fault loss=0.1",
                "write-bw --endpoint direct --rates no-such-file",
                "write-lat --endpoint direct --capture x.pcapng",
                "write-lat --endpoint direct --port dpdk:net_null0",
                "send --endpoint direct pom.xml localhost",
                "write-bw --port shm:a/b",
                "write-lat host:port",
                "write-lat unix:",
                "send onlyonething",
                "send --port memory no-such-file .",
                "send --overwrite pom.xml localhost",
                "send pom.xml ../jmh-benchmarks/pom.xml localhost",
                "receive",
                "receive no-such-directory",
                "receive --port memory .",
                "ports extra",
                "tour no-such-file",
                "write-bw --port memory --engines 0",
                "write-bw --port memory --engines 17",
                "write-bw --port memory --engines 2 --capture f",
                "write-bw --port dpdk:net_af_packet0,iface=eth1,qpairs=4 --engines 2",
                "soak extra",
                "soak --port memory",
                "soak --duration 0",
                "soak --duration 1y",
                "soak --load 0",
                "soak --load 101",
                "soak --size 0",
                "soak --qp 0",
                "soak --mtu 100",
                "soak --fault nonsense",
                "soak --messages-per-second -1",
                "serve-inference",
                "serve-inference --model x=random:4-2",
                "serve-inference --model 0=random:4",
                "serve-inference --model 0=random:4-0",
                "serve-inference --model 65536=random:4-2",
                "serve-inference --port memory --model 0=random:4-2",
                "serve-inference --queue 3 --model 0=random:4-2",
                "serve-inference --per-poll 0 --model 0=random:4-2",
                "serve-inference --query-port 4791 --model 0=random:4-2",
                "serve-inference --mtu 100 --model 0=random:4-2",
                "serve-inference --duration 0 --model 0=random:4-2",
                "infer --random-images 5",
                "infer --random-images 0 --port memory --check-by random:4-2",
                "infer --random-images 5 --port memory --check-by random:4-2 --to 198.18.0.1",
                "infer --random-images 5 --port memory --check-by random:4-2 --noise product",
                "infer --random-images 5 --port memory --check-by random:4-2 --rate -1",
                "infer --random-images 5 --port memory --check-by random:4-2 --rate 5 --outstanding 2",
                "infer --random-images 5 --port memory --check-by random:4-2 --queries 0",
                "infer --random-images 5 --to 2001:2::1",
                "infer --random-images 5 --to 198.18.0.2",
                "infer --random-images 5 --to 198.18.0.1 --step-locally 1",
                "infer --random-images 5 --local --lightning-weights x --mtu 1500",
                "infer --random-images 5 --local --lightning-weights x --rate 5",
                "infer --random-images 5 --to 198.18.0.1 --lightning-weights x",
                "infer --random-images 5 --to 198.18.0.1 --check-by random:4"
            })
    void shouldExitWithUsageAndASentence(String line) {
        HelioRun run = HelioRun.of(line.split(" ", -1));
        assertEquals(Helio.USAGE, run.code(), run::toString);
        assertTrue(
                run.err()
                        .startsWith("helio "
                                + line.substring(0, line.indexOf(' ') < 0 ? line.length() : line.indexOf(' ')) + ": "),
                run::toString);
        assertTrue(run.err().strip().endsWith("--help'."), run::toString);
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"write-bw", "write-lat", "send", "receive", "ports", "tour", "soak", "serve-inference", "infer"})
    void shouldExplainItselfWithAnExampleAndTheExitCodes(String command) {
        HelioRun run = HelioRun.of(command, "--help");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("Exit codes:"), run::toString);
        assertTrue(run.out().contains("Example"), run::toString);
        assertTrue(run.out().lines().allMatch(text -> text.length() <= 80), run::toString);
        assertEquals("", run.err());
    }

    @Test
    void shouldExitWithEnvironmentWhenItCannotListen() {
        HelioRun run = HelioRun.of("write-bw", "--listen", "unix:" + directory.resolve("no/such/directory"));
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
        assertEquals(1, run.err().lines().count(), run::toString);
    }

    @Test
    void shouldExitWithEnvironmentWhenNobodyComes() {
        HelioRun run = HelioRun.of(
                "write-bw",
                "--port",
                "shm:nobody-" + ProcessHandle.current().pid(),
                "--rendezvous-timeout",
                "0",
                "--listen",
                "unix:" + directory.resolve("s"));
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
        assertTrue(run.err().contains("nobody came"), run::toString);
        assertTrue(Files.notExists(directory.resolve("s")), "the socket file is gone");
    }

    @Test
    void shouldExitWithEnvironmentWhenTheReportCannotBeWritten() {
        HelioRun run = HelioRun.of(
                "write-bw",
                "--port",
                "memory",
                "-n",
                "1",
                "-w",
                "0",
                "--json",
                directory.resolve("no/such/file").toString());
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
    }
}
