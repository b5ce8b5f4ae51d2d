package io.heliograph.emulator.fabric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.capture.CaptureReader;
import io.heliograph.transport.capture.CapturedFrame;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkCaptureTest {
    @Test
    void shouldWriteWhatComesOutOfALinkAtItsVirtualTime(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("link.pcapng");
        Fabric fabric = Topologies.star(3, LinkConfig.of(100_000_000_000L, 1_000_000), SwitchConfig.of(1_000_000))
                .build(FabricConfig.DEFAULT);
        try (RawHosts hosts = new RawHosts(fabric)) {
            try (LinkCapture capture = new LinkCapture(file)) {
                capture.add(fabric.link("s0", "h2"));
                for (int i = 0; i < 20; i++) {
                    hosts.send(0, 2, 0xC000, 0, 500);
                    hosts.send(0, 1, 0xC000, 0, 500);
                }
                hosts.runUntil(EventQueue.NEVER);
            }
            try (CaptureReader reader = CaptureReader.open(file)) {
                int found = 0;
                for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                    int number = found++;
                    RawHosts.Arrival arrival = hosts.arrivals.stream()
                            .filter(each -> each.host() == 2)
                            .skip(number)
                            .findFirst()
                            .orElseThrow();
                    assertEquals(arrival.atPs() / 1000, frame.timestampNs());
                    assertArrayEquals(arrival.bytes(), frame.data().toArray(ValueLayout.JAVA_BYTE));
                }
                assertEquals(20, found);
            }
        }
    }
}
