package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/** Two ends of a memif in one process. */
final class NetMemifPortTest extends PortContractTest {
    @TempDir
    private Path directory;

    @Override
    protected PortPair open(int mtuBytes) {
        int number = DpdkTesting.number();
        String socket = ",socket=" + directory.resolve("memif" + number) + ",socket-abstract=no";
        String mac = ",mac=02:00:00:00:" + "%02x".formatted(number & 0xff);
        Port server =
                DpdkTesting.open("net_memif" + DpdkTesting.number() + ",role=server" + socket + mac + ":01", mtuBytes);
        Port client =
                DpdkTesting.open("net_memif" + DpdkTesting.number() + ",role=client" + socket + mac + ":02", mtuBytes);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server.linkState() != LinkState.UP || client.linkState() != LinkState.UP) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "memif does not connect");
            Thread.onSpinWait();
        }
        // A server sends into buffers that its client offers when it polls.
        client.receive(new Burst(Arena.ofAuto(), 1));
        return new PortPair(client, server);
    }

    @Override
    protected boolean poolIsExact() {
        return false;
    }
}
