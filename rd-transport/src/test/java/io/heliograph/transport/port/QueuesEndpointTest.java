package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two engines at each end over one device between two namespaces: every byte compared, both engines and both queues at work. */
final class QueuesEndpointTest {
    @ParameterizedTest
    @CsvSource({
        "net_af_packet, 198.18.0.1, 198.18.0.2",
        "net_af_packet, 2001:2::1, 2001:2::2",
        "net_af_xdp, 198.18.0.1, 198.18.0.2",
        "net_af_xdp, 2001:2::1, 2001:2::2"
    })
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldDeliverEverythingOverTheQueuesOfOneDevice(String driver, String left, String right) {
        DpdkTesting.assumeDpdk();
        try (NetworkNamespaces namespaces = NetworkNamespaces.create(1500, QueuesNode.ENGINES);
                ChildJvm receiver = ChildJvm.start(
                        namespaces.inRight(),
                        List.of(),
                        QueuesNode.class,
                        driver + "0,iface=" + namespaces.right(),
                        right)) {
            String[] region = lineOf(receiver, "region ").split(" ", -1);
            List<String> sent;
            try (ChildJvm sender = ChildJvm.start(
                    namespaces.inLeft(),
                    List.of(),
                    QueuesNode.class,
                    driver + "0,iface=" + namespaces.left(),
                    left,
                    right,
                    region[1],
                    region[2])) {
                sent = sender.finish().lines().toList();
            }
            List<String> received = new ArrayList<>();
            while (!received.contains("done")) {
                received.add(receiver.readLine());
            }
            String all = "sender: " + sent + " receiver: " + received;
            System.out.println(driver + " " + left + " " + all);
            assertTrue(received.contains("same"), all);
            for (int engine = 0; engine < QueuesNode.ENGINES; engine++) {
                assertTrue(number(sent, "engine " + engine + " sent") > 0, all);
                assertTrue(number(received, "engine " + engine + " sent [0-9]+ frames received") > 0, all);
            }
            // veth hands frames from a queue to the same one; the kernel's fan-out goes by addresses and ports.
            assertEquals(driver.equals("net_af_packet"), number(received, "handed over") > 0, all);
        }
    }

    private static String lineOf(ChildJvm child, String start) {
        String line = child.readLine();
        while (!line.startsWith(start)) {
            line = child.readLine();
        }
        return line;
    }

    /** The number that follows {@code words} in the line that begins with them. */
    private static long number(List<String> lines, String words) {
        for (String line : lines) {
            String rest = line.replaceFirst("^" + words + " ", "");
            if (!rest.equals(line)) {
                return Long.parseLong(rest.split(" ", -1)[0]);
            }
        }
        throw new AssertionError("no line of " + words + ": " + lines);
    }
}
