package io.heliograph.offload.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgramTextTest {

    private final Arena arena = Arena.ofConfined();
    private QuantizedNetwork network;
    private String text;

    @BeforeEach
    void write() {
        network = RandomNetworks.network(new SeededRandom(1), 50, arena, 40, 20, 10);
        text = ProgramText.write(compile(network, EmulatorConfig.LIGHTNING));
    }

    private static DatapathProgram compile(QuantizedNetwork network, EmulatorConfig config) {
        try (PhotonicEmulator device = new PhotonicEmulator(config)) {
            return DatapathCompiler.compile(
                    network,
                    device.capabilities(),
                    Calibration.lossless(config.activationFlight(), config.weightFlight()));
        }
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void shouldReadWhatItWrites() {
        assertEquals(text, ProgramText.write(ProgramText.parse("a", text)));
        assertEquals(text, ProgramText.write(ProgramText.parse("a", text.replace("\n", " # words\n"))));
    }

    @Test
    void shouldRunAProgramThatWasRead() {
        DatapathProgram program = ProgramText.parse("a", text);
        long input = RandomNetworks.input(new SeededRandom(2), 40, arena);
        try (PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING);
                Runs compiled = new Runs(network, EmulatorConfig.LIGHTNING)) {
            ResidentModel model = ResidentModel.load(network, device, 0, arena);
            DatapathMachine machine = new DatapathMachine(program, model, device, arena);
            assertEquals(compiled.machine.run(input, 40), machine.run(input, 40));
            assertEquals(compiled.machine.overallCycles(), machine.overallCycles());
            assertEquals(compiled.machine.computeCycles(), machine.computeCycles());
        }
    }

    /** What is data decides: registers that are added to a program take cycles. */
    @Test
    void shouldTakeMoreCyclesWithMoreRegisters() {
        long plain = cycles(text);
        assertEquals(plain + 1, cycles(replaced("in done <- softmax.done", "in done <- softmax.done +1")));
        assertEquals(plain + 6, cycles(replaced("set latency 14", "set latency 20")));
        // Before the start nothing counts; weights and activations both read one cycle later, once a layer.
        assertEquals(
                plain + 2,
                cycles(text.replace(
                                "set latency 2\n        counts  { preamble",
                                "set latency 3\n        counts  { preamble")
                        .replace("in later <- buffer.word +2", "in later <- buffer.word +3")));
    }

    private String replaced(String from, String to) {
        assertEquals(1, text.split(Pattern.quote(from), -1).length - 1, from);
        return text.replace(from, to);
    }

    private long cycles(String program) {
        try (PhotonicEmulator device = new PhotonicEmulator(EmulatorConfig.LIGHTNING)) {
            ResidentModel model = ResidentModel.load(network, device, 0, arena);
            DatapathMachine machine = new DatapathMachine(ProgramText.parse("a", program), model, device, arena);
            machine.run(RandomNetworks.input(new SeededRandom(2), 40, arena), 40);
            return machine.overallCycles();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lanes 16                       | lanes sixteen                   | expected a number, found: sixteen",
                "lanes 16                       | lanes 12                        | lanes must be a power of two",
                "layer 20 -> 10                 | layer 20 10                     | expected ->, found: 10",
                "layer 20 -> 10                 | layer 30 -> 10                  | layers do not fit: layer=2",
                "stage relu : relu              | stage relu : sigmoid            | no such kind of stage: sigmoid",
                "stage relu : relu              | stage adder : relu              | two stages of one name: adder",
                "in sum <- adder.sum            | in sum <- adder.total           | no such output",
                "in sum <- adder.sum            | in sum <- nobody                | no such stage: nobody",
                "in sum <- adder.sum            | in sum <- detector.data         | takes number, but detector.data gives products",
                "in sum <- adder.sum            | in sum <- adder.sum +99         | more than 24 cycles",
                "in sum <- adder.sum            |                                 | port is not fed: stage=relu port=sum",
                "set enabled 1 0                | set enabled 1 0 1               | neither one value nor one a layer",
                "set enabled 1 0                |                                 | setting is missing: stage=relu setting=enabled",
                "set multiplier 1               | set multiplier 0                | setting is not 1 to 65535",
                "set multiplier 1               | set gain 1                      | no such setting",
                "words on word; neurons on sum  | words on bit; neurons on sum    | no such event",
                "words on word; neurons on sum  | words on word; neurons on word  | event counted twice",
                "words 3 2; neurons 20 10       | words 3 2                       | count without target: neurons",
                "words 3 2; neurons 20 10       | words 3 2; neurons 20 10; more 1| target without count: more",
                "words 3 2; neurons 20 10       | words 3 2; neurons 20           | target does not agree with the layer's shape",
                "words 3 2; neurons 20 10       | words 4 2; neurons 20 10        | target does not agree with the layer's shape",
                "words emit; neurons stop       | words explode; neurons stop     | no such action",
                "words emit; neurons stop       | words stop; neurons stop        | nothing would end the stream",
                "words emit; neurons stop       | words emit neurons stop         | count without action: neurons",
                "datapath random                | datapaths random                | expected datapath, found: datapaths",
            })
    void shouldNameTheLineThatIsWrong(String line, String wrong, String message) {
        String broken = replacedFirst(line, wrong == null ? "" : wrong);
        int expected = text.substring(0, text.indexOf(line)).split("\n", -1).length;
        ProgramException refusal =
                assertThrows(ProgramException.class, () -> ProgramText.parse("file.dp", broken), broken);
        String said = String.valueOf(refusal.getMessage());
        assertTrue(said.contains(message), said);
        if (refusal.line() != 0) {
            assertTrue(said.startsWith("file.dp:" + refusal.line() + ": "), said);
            assertTrue(Math.abs(refusal.line() - expected) <= 5, "line " + expected + ": " + said);
        }
    }

    private String replacedFirst(String from, String to) {
        assertTrue(text.contains(from), from + " in\n" + text);
        int at = text.indexOf(from);
        return text.substring(0, at) + to + text.substring(at + from.length());
    }

    @Test
    void shouldRefuseATextThatEndsAnywhere() {
        for (int length = 0; length < text.length() - 2; length += 7) {
            String part = text.substring(0, length);
            assertThrows(ProgramException.class, () -> ProgramText.parse("a", part));
        }
        assertThrows(ProgramException.class, () -> ProgramText.parse("a", text + "more"));
    }

    /** Whatever a text says, it is refused, or it runs, or it hangs with a sentence; it never reads astray. */
    @Test
    void shouldSurviveTextsWithWordsExchanged() {
        SeededRandom random = new SeededRandom(5);
        String[] words = text.split("(?<=\\s)", -1);
        int ran = 0;
        for (int round = 0; round < 3_000; round++) {
            String[] changed = words.clone();
            for (int k = 0; k <= random.nextInt(3); k++) {
                changed[random.nextInt(words.length)] = words[random.nextInt(words.length)];
            }
            String mutant = String.join("", changed);
            try {
                cycles(mutant);
                ran++;
            } catch (ProgramException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("a"), String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException | IllegalStateException e) {
                assertTrue(String.valueOf(e.getMessage()).contains(":"), String.valueOf(e.getMessage()));
            }
        }
        assertTrue(ran > 10, "some run: " + ran);
    }
}
