package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.ChildJvm;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real DPDK between two processes: over memif, and over a veth pair between two network namespaces. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class TwoProcessPortTest {
    @TempDir
    private Path directory;

    private static void driveAgainstReflector(
            List<String> driverPlace,
            String driverPort,
            List<String> reflectorPlace,
            String reflectorPort,
            int mtuBytes) {
        String mtu = Integer.toString(mtuBytes);
        try (ChildJvm reflector = ChildJvm.start(reflectorPlace, List.of(), FrameReflector.class, reflectorPort, mtu);
                ChildJvm driver = ChildJvm.start(driverPlace, List.of(), FrameDriver.class, driverPort, mtu)) {
            String said = driver.finish();
            assertTrue(said.contains("passed "), said);
            System.out.println(driverPort + " mtu " + mtu + " "
                    + said.lines()
                            .filter(line -> line.startsWith("passed "))
                            .findFirst()
                            .orElse(""));
            String reflected = reflector.finish();
            assertTrue(reflected.contains("done"), reflected);
        }
    }

    @ParameterizedTest
    @CsvSource({"net_af_packet, 1500", "net_af_packet, 9000", "net_af_xdp, 1500", "net_af_xdp, 3400"})
    void shouldCarryFramesBetweenNamespaces(String driver, int mtuBytes) {
        DpdkTesting.assumeDpdk();
        try (NetworkNamespaces namespaces = NetworkNamespaces.create(mtuBytes)) {
            driveAgainstReflector(
                    namespaces.inLeft(),
                    "dpdk:" + driver + "0,iface=" + namespaces.left(),
                    namespaces.inRight(),
                    "dpdk:" + driver + "0,iface=" + namespaces.right(),
                    mtuBytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"1500", "9000"})
    void shouldCarryFramesByMemif(int mtuBytes) {
        DpdkTesting.assumeDpdk();
        String socket = ",socket-abstract=no,socket=" + directory.resolve("memif");
        driveAgainstReflector(
                List.of(),
                "dpdk:net_memif0,role=client" + socket,
                List.of(),
                "dpdk:net_memif0,role=server" + socket,
                mtuBytes);
    }

    @Test
    void shouldSayThatTheLinkIsDownWhenTheOtherEndOfAMemifWasKilled() {
        DpdkTesting.assumeDpdk();
        String socket = ",socket-abstract=no,socket=" + directory.resolve("memif");
        try (ChildJvm server = ChildJvm.start(FrameReflector.class, "dpdk:net_memif0,role=server" + socket, "1500");
                Arena arena = Arena.ofConfined()) {
            server.await("ready");
            try (DpdkPort client =
                    DpdkTesting.open("net_memif" + DpdkTesting.number() + ",role=client" + socket, 1500)) {
                await(client, LinkState.UP);
                server.kill();
                await(client, LinkState.DOWN);
                Burst burst = new Burst(arena, 8);
                assertEquals(8, client.allocate(burst, 8));
                assertEquals(0, client.send(burst));
                client.release(burst);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"net_af_packet", "net_af_xdp"})
    void shouldWorkAgainAtOnceWhenAnEndWasKilled(String driver) {
        DpdkTesting.assumeDpdk();
        try (NetworkNamespaces namespaces = NetworkNamespaces.create(1500)) {
            String right = "dpdk:" + driver + "0,iface=" + namespaces.right();
            killOne(namespaces.inRight(), right);
            driveAgainstReflector(
                    namespaces.inLeft(),
                    "dpdk:" + driver + "0,iface=" + namespaces.left(),
                    namespaces.inRight(),
                    right,
                    1500);
        }
    }

    @Test
    void shouldWorkAgainAtOnceWhenTheServerOfAMemifWasKilled() {
        DpdkTesting.assumeDpdk();
        String socket = ",socket-abstract=no,socket=" + directory.resolve("memif");
        String server = "dpdk:net_memif0,role=server" + socket;
        killOne(List.of(), server);
        driveAgainstReflector(List.of(), "dpdk:net_memif0,role=client" + socket, List.of(), server, 1500);
    }

    private static void killOne(List<String> place, String port) {
        try (ChildJvm child = ChildJvm.start(place, List.of(), FrameReflector.class, port, "1500")) {
            child.await("ready");
            child.kill();
        }
    }

    private static void await(Port port, LinkState state) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (port.linkState() != state) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "link is not " + state);
            Thread.onSpinWait();
        }
    }
}
