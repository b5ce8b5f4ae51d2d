package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.emulator.driver.DeviceEndpoint;
import io.heliograph.emulator.driver.DriverConfig;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.emulator.waveform.DeviceWaveform;
import io.heliograph.emulator.waveform.VcdWriter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.capture.CapturePort;
import io.heliograph.transport.capture.PcapngWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of two devices: the same files for the same seed, and a pipeline whose steps take their time and hold each other back. */
final class DeviceRunTest {
    private static final int BYTES = 1 << 20;
    private static final long LINE = 100_000_000_000L;

    @TempDir
    private Path directory = Path.of("");

    /** The same for all runs of a test: addresses are those of the process, and packets carry them. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment[] memory = {arena.allocate(BYTES, 64), arena.allocate(BYTES, 64)};

    @AfterEach
    void release() {
        arena.close();
    }

    /** What a run left behind. */
    @SuppressWarnings("ArrayRecordComponent") // compared one by one
    private record Outcome(byte[] waveform, byte[] capture, String counters, long tookPs) {}

    private Outcome run(String name, DeviceConfig config, long seed, double frameErrorRate) throws IOException {
        Path vcd = directory.resolve(name + ".vcd");
        Path pcap = directory.resolve(name + ".pcapng");
        LinkConfig link = LinkConfig.of(LINE, 500_000).withFrameErrorRate(frameErrorRate);
        String counters;
        long tookPs;
        memory[1].fill((byte) 0);
        try (Fabric fabric = Topologies.pair(link).build(FabricConfig.DEFAULT.withSeed(seed))) {
            VirtualTime time = fabric.time();
            PcapngWriter writer = PcapngWriter.create(pcap);
            VcdWriter waveform = new VcdWriter(vcd);
            Device[] devices = new Device[2];
            DeviceEndpoint[] drivers = new DeviceEndpoint[2];
            MemoryRegion[] regions = new MemoryRegion[2];
            HostMemory[] hosts = {new HostMemory(), new HostMemory()};
            for (int i = 0; i < devices.length; i++) {
                FabricPort port = fabric.port(i);
                devices[i] = Device.open(
                        "nic" + i,
                        time,
                        CapturePort.of(port, writer, time, 0),
                        hosts[i],
                        new SeededRandom(seed + i),
                        config);
                port.listener(devices[i]);
                DeviceWaveform.of(devices[i], waveform);
            }
            for (int i = 0; i < devices.length; i++) {
                drivers[i] = DeviceEndpoint.open(devices[i].bar(), hosts[i], DriverConfig.of(HostAddresses.ipv4(i), 1));
                regions[i] = drivers[i].register(memory[i], MemoryRegion.REMOTE_WRITE);
            }
            SeededRandom content = new SeededRandom(seed);
            for (int i = 0; i < BYTES; i += 8) {
                memory[0].set(ValueLayout.JAVA_LONG, i, content.nextLong());
            }
            int peer = drivers[0].addPeer(HostAddresses.ipv4(1));
            assertEquals(
                    Post.OK,
                    drivers[0].write(0, peer, regions[0], 0, BYTES, regions[1].address(), regions[1].key(), 1));
            int[] done = {0};
            while (done[0] == 0 && time.nowPs() < VirtualTime.PS_PER_SECOND) {
                time.runUntil(time.nowPs() + 100_000);
                drivers[0].poll(completion -> done[0]++, 1);
            }
            assertEquals(1, done[0]);
            assertEquals(-1, memory[0].mismatch(memory[1]));
            tookPs = time.nowPs();
            waveform.finish(tookPs);
            counters = DeviceReport.json(devices[0]) + DeviceReport.json(devices[1]);
            for (int i = 0; i < devices.length; i++) {
                drivers[i].close();
                devices[i].close();
            }
            writer.close();
        }
        return new Outcome(Files.readAllBytes(vcd), Files.readAllBytes(pcap), counters, tookPs);
    }

    @Test
    void shouldLeaveTheSameBytesWhenTheSeedIsTheSame() throws IOException {
        double losses = 0.01;
        Outcome one = run("one", DeviceConfig.DEFAULT, 7, losses);
        Outcome again = run("again", DeviceConfig.DEFAULT, 7, losses);
        assertArrayEquals(one.waveform(), again.waveform());
        assertArrayEquals(one.capture(), again.capture());
        assertEquals(one.counters(), again.counters());
        Outcome other = run("other", DeviceConfig.DEFAULT, 8, losses);
        assertNotEquals(one.counters(), other.counters());
    }

    @Test
    void shouldKeepTheLineFullWhenNothingElseIsSlower() throws IOException {
        Outcome run = run("line", DeviceConfig.DEFAULT, 1, 0);
        // 1 MiB at 100 Gbit/s takes 83.9 us, 2.6 % more with headers of packets of 4,200 bytes; the rest is latency.
        assertTrue(run.tookPs() > 85_000_000 && run.tookPs() < 95_000_000, () -> "took " + run.tookPs() + " ps");
        JsonNode mac = stage(run, "mac");
        assertTrue(mac.path("busy_cycles").asLong() > 85_000, mac::toString);
        assertTrue(stage(run, "path_0").path("stalled_cycles").asLong() > 10_000, "the line holds the engine back");
        assertEquals(16, stage(run, "mac").path("max_depth").asInt(), "its FIFO is full");
    }

    @Test
    void shouldBeHeldBackByTheSlowestStep() throws IOException {
        // 8 bytes a cycle at 250 MHz are 16 Gbit/s: 1 MiB takes 524 us of check sum, headers 2.6 % more.
        PipelineConfig slow = new PipelineConfig(250_000_000L, 4, 2, 2, 8, 2, 2, 2, 4, 2, 16, 256, 64);
        Outcome run = run("icrc", DeviceConfig.DEFAULT.withPipeline(slow), 1, 0);
        assertTrue(run.tookPs() > 535_000_000 && run.tookPs() < 560_000_000, () -> "took " + run.tookPs() + " ps");
        assertTrue(stage(run, "payload").path("stalled_cycles").asLong() > 50_000, "check sums hold payload back");
        assertEquals(0, stage(run, "icrc_out").path("stalled_cycles").asLong(), "nothing holds them back");

        // A bus of 20 Gbit/s: the 1 MiB takes 419 us.
        BusConfig narrow = new BusConfig(700_000, 300_000, 20_000_000_000L);
        Outcome bus = run("bus", DeviceConfig.DEFAULT.withBus(narrow), 1, 0);
        assertTrue(bus.tookPs() > 419_000_000 && bus.tookPs() < 440_000_000, () -> "took " + bus.tookPs() + " ps");
    }

    private static JsonNode stage(Outcome run, String name) throws IOException {
        // The sender's report is the first of the two.
        try (var reports = new JsonMapper().readerFor(JsonNode.class).<JsonNode>readValues(run.counters())) {
            JsonNode stage = reports.next().path("stages").path(name);
            assertFalse(stage.isMissingNode(), name);
            return stage;
        }
    }
}
