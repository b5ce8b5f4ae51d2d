package io.heliograph.benchmarks.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.controller.GrantedChunk;
import io.heliograph.emulator.experiment.Experiment;
import io.heliograph.emulator.experiment.ExperimentFile;
import io.heliograph.emulator.experiment.ExperimentRun;
import io.heliograph.emulator.experiment.RunMonitor;
import io.heliograph.emulator.experiment.RunResult;
import io.heliograph.emulator.experiment.SlotControllers;
import io.heliograph.emulator.experiment.SlotFigures;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.wire.PacketSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C1, C6 and C8 where hosts of an emulated fabric ask the controller: looked at from the links, which know nothing of grants. */
class FabricControllerTest {
    private static final int CLASS = 1;
    private static final long US = 1_000_000;
    private static final GrantedChunk CHUNK =
            GrantedChunk.of(64 << 10, PacketSize.maxPayload(4200, true), 4200, 100_000_000_000L);

    private static final String EXPERTS =
            "{kind: training, parallelism: expert, ranks: 8, bytes: 2MB, rounds: 1, compute: 5us, skew: 1, popularity: own}";

    @TempDir
    private Path directory;

    private Experiment experiment(String spines, String mode, String workload) throws IOException {
        return ExperimentFile.read(file(spines, "h8", mode, workload));
    }

    private Path file(String spines, String at, String mode, String workload) throws IOException {
        Path file = directory.resolve("experiment.yaml");
        Files.writeString(file, """
            name: granted
            seeds: [1, 2]
            limit: 20ms
            topology: {kind: leaf-spine, leaves: 4, spines: SPINES, hosts-per-leaf: 2, extra-hosts: 1, link: {rate: 100Gb/s, delay: 1us}}
            switch: {buffer: 8MiB, queue: 150KB}
            transport: {window: 256, paths: 64}
            modes:
              - {kind: controller, at: HOST, chunk: 64KiB, guard: 300ns, batch: 4, lead: 3, trimming: {bytes: 128B}MODE}
            workload: WORKLOAD
            """.replace("SPINES", spines)
                .replace("HOST", at)
                .replace("MODE", mode)
                .replace("WORKLOAD", workload));
        return file;
    }

    private static RunResult run(Experiment experiment, long seed, SlotWatch watch) {
        SlotControllers controllers = (network, settings, chance) -> {
            network.fabric().observe(watch);
            return new FabricController(network, settings, chance);
        };
        RunResult result = ExperimentRun.run(experiment, 0, seed, false, null, RunMonitor.NONE, controllers);
        assertNotNull(result);
        return result;
    }

    private static SlotWatch watch() {
        return new SlotWatch(CLASS, CHUNK.slotNs(300));
    }

    private static SlotFigures slots(RunResult result) {
        SlotFigures slots = result.slots();
        assertNotNull(slots);
        return slots;
    }

    private static void assertAllArrived(RunResult result) {
        assertEquals(0, result.unfinished() + result.failed(), result::toString);
        assertTrue(result.messages() > 50, result::toString);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 2", "1, 1"})
    void shouldGiveEachLinkOneChunkASlot(String spines, long seed) throws IOException {
        SlotWatch watch = watch();
        RunResult result = run(experiment(spines, "", EXPERTS), seed, watch);
        assertAllArrived(result);
        assertEquals(0, result.congestion().trimmed());
        assertEquals(0, result.congestion().droppedFrames());
        assertEquals(0, result.packets().retransmitted());
        // A chunk and a bit: ways through the fabric differ in length.
        assertTrue(result.congestion().queueMaxBytes() < 2 * CHUNK.wireBytes(), result::toString);
        // Slots are for what there is: each message has its own, rounded up to whole ones.
        long needed = watch.packets() / CHUNK.packets();
        assertTrue(slots(result).granted() - slots(result).unused() >= needed, result::toString);
        assertTrue(slots(result).granted() <= needed + result.messages(), result::toString);
        assertTrue(slots(result).unused() <= slots(result).granted() / 20, result::toString);
    }

    @Test
    void shouldSendNothingWithoutAGrant() throws IOException {
        SlotWatch watch = watch();
        RunResult result = run(experiment("2", ", dead: {from: 0us, until: 300us}", EXPERTS), 1, watch);
        assertAllArrived(result);
        assertTrue(watch.firstPs() >= 300 * US, () -> "firstPs=" + watch.firstPs());
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void shouldHaveAllArriveThroughLossAndARestart(long seed) throws IOException {
        SlotWatch watch = watch();
        // What was given out before it died may still be sent: lead and batch, and one that has begun.
        watch.quiet(100 * US + 8 * CHUNK.slotNs(300) * 1000, 200 * US);
        RunResult result = run(experiment("2", ", loss: 0.1, dead: {from: 100us, until: 200us}", EXPERTS), seed, watch);
        assertAllArrived(result);
        assertEquals(0, watch.noise());
        assertTrue(watch.firstPs() < 100 * US, () -> "it was not dead from the beginning: " + watch.firstPs());
        assertTrue(result.endPs() > 200 * US, result::toString);
        assertEquals(0, result.congestion().trimmed());
    }

    @Test
    void shouldReplayBySeed() throws IOException {
        Experiment experiment = experiment("2", ", loss: 0.05", EXPERTS);
        RunResult first = run(experiment, 1, watch());
        RunResult again = run(experiment, 1, watch());
        assertEquals(first.endPs(), again.endPs());
        assertEquals(first.packets(), again.packets());
        assertEquals(first.slots(), again.slots());
        assertNotEquals(first.endPs(), run(experiment, 2, watch()).endPs());
    }

    /** Lost packets of data have no slot either until they get another one. */
    @Test
    void shouldSendAgainInSlotsOnly() throws IOException {
        SlotWatch watch = watch();
        Path file = file("2", "h8", "", EXPERTS);
        String fault = "faults: [{link: [leaf1, spine0], kind: lossy, probability: 0.02}]\n";
        Files.writeString(file, fault + Files.readString(file));
        RunResult result = run(ExperimentFile.read(file), 1, watch);
        assertAllArrived(result);
        assertTrue(result.packets().retransmitted() > 0, result::toString);
    }

    @Test
    void shouldDecideOnNamedGroupsAlone() throws IOException {
        Files.writeString(directory.resolve("steps.csv"), """
            step,source,destination,bytes,delay_ns,slot_ns,after,group
            0,h0,h4,200000,0,0,,dp
            1,h0,h5,200000,0,0,,ep
            2,h1,h6,100000,0,0,,ep
            """);
        String dead = ", groups: [ep], dead: {from: 0us, until: 1ms}";
        SlotWatch watch = watch();
        RunResult result = run(experiment("2", dead, "{kind: steps, file: steps.csv}"), 1, watch);
        assertEquals(0, result.unfinished() + result.failed(), result::toString);
        assertTrue(result.times().ps(0) < 100 * US, "the planned message waits for nobody");
        assertTrue(result.times().ps(1) > 1000 * US, "the others wait for the controller");
        assertEquals(100_000 / 4000 + 200_000 / 4000, (double) watch.packets(), 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "h3 | '' | one of the 8 of the workload",
                "h9 | '' | no such host: h9",
                "h8 | ', groups: [ep]' | groups are [] in this workload",
                "h8 | ', dead: {from: 2us, until: 1us}' | not after it died",
            })
    void shouldRefuseWhatMakesNoSense(String at, String more, String message) throws IOException {
        Path file = file("2", at, more, EXPERTS);
        InputFileException refused = assertThrows(InputFileException.class, () -> ExperimentFile.read(file));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }

    @Test
    void shouldRefuseOtherFabrics() throws IOException {
        Path file = file("2", "h15", "", EXPERTS);
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst(
                                "topology: .*", "topology: {kind: fat-tree, k: 4, link: {rate: 100Gb/s, delay: 1us}}"));
        InputFileException refused = assertThrows(InputFileException.class, () -> ExperimentFile.read(file));
        assertTrue(String.valueOf(refused.getMessage()).contains("leaves and spines"), refused::getMessage);
    }
}
