package io.heliograph.emulator.conformance.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.heliograph.emulator.conformance.NotOfferedException;
import io.heliograph.transport.SystemClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent that CONFORMANCE.md prints in Python answers the kit's questions. */
@Timeout(60)
class AgentSkeletonTest {
    private static final String BENCH = """

            class Bench:
                memory = bytearray(256)
                def run(self):
                    pass
                def reset(self, **how):
                    assert how["address"] == "198.18.0.1"
                    return {"incarnation": how["incarnation"], "mtu": 576, "window": 64, "slots": 8}
                def register(self, length, write):
                    return 3, 0x5000, 0xFEDCBA98
                def read(self, region, offset, length):
                    return self.memory[offset:offset + length]
                def fill(self, region, offset, data):
                    self.memory[offset:offset + len(data)] = data
                def post(self, **what):
                    return -what["cookie"]
                def poll(self, limit):
                    return [{"kind": 2, "status": 0, "cookie": 0, "immediate": 4294967295, "queue": 1, "length": 5, "peer": "198.18.0.2"}]

            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            print(port, flush=True)
            serve(Bench(), ("127.0.0.1", port))
            """;

    @TempDir
    private Path directory;

    private Process start() throws IOException {
        String page = Files.readString(Path.of("CONFORMANCE.md"));
        int from = page.indexOf("```python\n") + "```python\n".length();
        Path script = directory.resolve("agent.py");
        Files.writeString(script, page.substring(from, page.indexOf("```", from)) + BENCH);
        try {
            return new ProcessBuilder("python3", script.toString())
                    .redirectError(directory.resolve("errors").toFile())
                    .start();
        } catch (IOException e) {
            return abort("no python3: " + e.getMessage());
        }
    }

    @Test
    void shouldAnswerWhenItIsTheOneOfTheDocument() throws Exception {
        Process agent = start();
        try (BufferedReader says = agent.inputReader(StandardCharsets.UTF_8)) {
            String first = says.readLine();
            assertTrue(first != null, () -> errors());
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(first));
            try (AgentConnection kit =
                    AgentConnection.open(address, SystemClock.INSTANCE, 20_000_000_000L, 20_000_000_000L)) {
                assertEquals("my device", AgentDevice.hello(kit).path("name").asText());
                JsonNode reset = kit.ask(AgentConnection.question("reset")
                        .put("address", "198.18.0.1")
                        .put("incarnation", 0xFFFF_FFF0L));
                assertEquals(-16, (int) AgentConnection.number(reset, "incarnation"));
                JsonNode region = kit.ask(
                        AgentConnection.question("register").put("length", 256).put("write", true));
                assertEquals(0x5000, AgentConnection.number(region, "address"));
                assertEquals(0xFEDC_BA98, (int) AgentConnection.number(region, "key"));
                kit.ask(AgentConnection.question("fill")
                        .put("region", 3)
                        .put("offset", 2)
                        .put("bytes", "0a0b"));
                JsonNode bytes = kit.ask(AgentConnection.question("read")
                        .put("region", 3)
                        .put("offset", 1)
                        .put("length", 4));
                assertEquals("000a0b00", bytes.path("bytes").asText());
                JsonNode code = kit.ask(
                        AgentConnection.question("post").put("cookie", 5).put("queue", 0));
                assertEquals(-5, AgentConnection.number(code, "code"));
                JsonNode told = kit.ask(AgentConnection.question("poll").put("limit", 1));
                assertEquals(-1, (int) AgentConnection.number(told.path("told").path(0), "immediate"));
                assertThrows(NotOfferedException.class, () -> kit.ask(AgentConnection.question("deny")));
            }
            assertTrue(agent.waitFor(20, TimeUnit.SECONDS));
            assertEquals(0, agent.exitValue(), () -> errors());
        } finally {
            agent.destroyForcibly();
        }
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
