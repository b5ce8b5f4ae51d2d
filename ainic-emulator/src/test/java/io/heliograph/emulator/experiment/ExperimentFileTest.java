package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExperimentFileTest {
    /** Line by line, so that each test can spoil one of them. */
    private static final List<String> GOOD = List.of(
            "name: small",
            "seeds: [1, 2]",
            "limit: 10ms",
            "topology:",
            "  kind: leaf-spine",
            "  leaves: 2",
            "  spines: 2",
            "  hosts-per-leaf: 2",
            "  link: {rate: 100Gb/s, delay: 1us}",
            "switch: {buffer: 4MiB, queue: 150KB}",
            "transport: {window: 256}",
            "modes:",
            "  - {name: one, kind: line-rate, trimming: {bytes: 128B}}",
            "  - {name: two, kind: table}",
            "workload: {kind: incast, senders: 3, receiver: h3, bytes: 64KiB}",
            "faults:",
            "  - {link: [leaf0, spine1], kind: lossy, probability: 0.5, until: 1ms}",
            "routes:",
            "  - {at: leaf0, to: h3, via: [spine0]}");

    @TempDir
    private Path directory;

    private static Experiment parse(List<String> lines) {
        return ExperimentFile.parse(Path.of("x.yaml"), String.join("\n", lines));
    }

    private static List<String> with(int line, String text) {
        return IntStream.range(0, GOOD.size())
                .mapToObj(i -> i == line - 1 ? text : GOOD.get(i))
                .toList();
    }

    @Test
    void shouldReadWhatIsRight() {
        Experiment experiment = parse(GOOD);
        assertEquals("small", experiment.name());
        assertEquals(List.of(1L, 2L), experiment.seeds());
        assertEquals(List.of("one", "two"), experiment.modes());
        assertEquals(10_000_000_000L, experiment.limitPs());
        assertEquals(4, experiment.hosts());
        assertEquals(3 * 65_536, experiment.payloadBytes(1));
        try (Fabric fabric = experiment.fabric(experiment.modeAt(0), 1)) {
            assertEquals(1, fabric.linksTowards(fabric.switches().get(2), 3).size(), "the given route");
            assertEquals(2, fabric.linksTowards(fabric.switches().get(2), 2).size(), "shortest paths");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                     1 | nmae: small                                     | 1: the file: name is missing; perhaps it is meant by 'nmae'
                     2 | seeds: [1, 1]                                   | 2: seeds: from 1 to 1000 different seeds
                     2 | seeds: one                                      | 2: seeds: a whole number belongs here, not one
                     3 | limit: 10                                       | 3: limit: not a time: 10
                     3 | limit: 10GB                                     | 3: limit: not a time: 10GB
                     3 | limit: 0us                                      | 3: limit: too small
                     3 | 'limit: [10ms'                                  | not YAML
                     3 | seeds: 7                                        | 3: the file: seeds is there already, on line 2
                     5 | '  kind: torus'                                 | 5: kind: unknown: torus; known are pair, star
                     5 | '  kind: fat-tree'                              | 5: topology: k is missing
                     6 | '  leafs: 2'                                    | 5: topology: leaves is missing
                     8 | '  hosts-per-leaf: 0'                           | 8: hosts-per-leaf: a whole number from 1
                     8 | '  hosts-per-leaf: 10000'                       | 8: hosts-per-leaf: a whole number from 1 to 8192
                     8 | "  hosts-per-leaf: 2\\n  pods: 3"               | 9: topology: unknown key 'pods'; known here are extra-hosts, hosts-per-leaf, kind
                     9 | '  link: {rate: 100Gib, delay: 1us}'            | 9: rate: not a rate: 100Gib; a number and one of bps
                     9 | '  link: {rate: 100Gb/s, delay: 1us, colour: 2}'| 9: link: unknown key 'colour'
                     9 | '  link: {rate: 9Tb/s, delay: 1us}'             | 9: link: rateBitsPerSecond=9000000000000
                    10 | 'switch: {buffer: 4Mbit}'                       | 10: buffer: not a number of bytes: 4Mbit
                    11 | 'transport: {window: 255}'                      | 11: window: a power of two
                    13 | '  - {name: two, kind: line-rate}'              | 14: modes: two modes are called two
                    13 | '  - {kind: window}'                            | 13: modes: target is missing
                    13 | '  - {kind: line-rate, pfc: {xoff: 1KB, xon: 2KB}}' | 13: flow control
                    13 | '  - {kind: line-rate, trimming: {bytes: 10B}}' | 13: trimming
                    13 | '  - {kind: line-rate, trimming: {bytes: 5KB}}' | 13: trimming: to 5000 bytes leaves packets of 4200
                    13 | '  - {kind: line-rate, trimming: {class: 8}}'    | 13: class: a whole number from 1 to 7
                    13 | '  - {kind: line-rate, headroom: 0.1}'          | 13: modes: unknown key 'headroom'
                    15 | 'workload: {kind: incast, senders: 4, receiver: h3, bytes: 1KB}' | 15: workload: takes 5 hosts, the topology has 4
                    15 | 'workload: {kind: incast, senders: 3, receiver: h9, bytes: 1KB}' | 15: receiver: no such host: h9
                    15 | 'workload: {kind: all-to-all, bytes: 1KB, hosts: 1}' | 15: hosts: a whole number from 2
                    15 | 'workload: {kind: all-reduce, hosts: 3, algorithm: halving-doubling, bytes: 1KB}' | 15: algorithm: halving-doubling takes a power of two
                    15 | 'workload: {kind: trace, file: none.csv}'       | 15: trace cannot be read
                    15 | 'workload: {kind: permutation, bytes: 100GB}'   | 15: bytes: a message has at most
                    17 | '  - {link: [leaf0, leaf7], kind: down}'        | 17: link: no such node: leaf7
                    17 | '  - {link: [leaf0, leaf1], kind: down}'        | 17: link: no cable between leaf0 and leaf1
                    17 | '  - {link: [leaf0, spine0], kind: down, from: 2us, until: 1us}' | 17: until: not after
                    17 | '  - {link: [leaf0, spine0], kind: slow, factor: 0}' | 17: factor: a number from
                    19 | '  - {at: leaf9, to: h3, via: [spine0]}'        | 19: route: no such switch: leaf9
                    19 | '  - {at: leaf0, to: h3, via: [spine9]}'        | 19: route: no link from leaf0 to spine9
                    19 | '  - {at: leaf0, to: h9, via: [spine0]}'        | 19: route: no such host: h9
                    19 | '  - {at: leaf0, to: h3, via: [h0]}'            | 19: route: h0 is a host
                    19 | '  - {at: spine0, to: h3, via: [leaf0]}'        | 19: route: frames to h3 go in circles: spine0 > leaf0 > spine0
                    """)
    void shouldNameTheLineOfWhatIsWrong(int line, String text, String message) {
        String spoilt = text.replace("\\n", "\n").replaceAll("^\"|\"$", "");
        InputFileException e = assertThrows(InputFileException.class, () -> parse(with(line, spoilt)));
        String refusal = String.valueOf(e.getMessage());
        assertTrue(refusal.startsWith("x.yaml:"), refusal);
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void shouldNameTheLineOfAGraphOrATraceAsWell() throws IOException {
        Path experiment = directory.resolve("x.yaml");
        Path graph = directory.resolve("x.graph");
        Path trace = directory.resolve("x.csv");
        Files.writeString(experiment, """
                name: files
                seeds: 1
                limit: 1ms
                topology: {kind: graph, file: x.graph}
                modes: [{kind: line-rate}]
                workload: {kind: trace, file: x.csv}
                """);
        Files.writeString(graph, "host a\nhost b\nlink a b\n");
        Files.writeString(trace, "start_ns,source,destination,bytes\n0,a,b,100\n5,b,a,7\n");
        assertEquals(
                2, ExperimentFile.read(experiment).workload().steps(() -> 0).size());

        Files.writeString(trace, "start_ns,source,destination,bytes\n0,a,b,100\n5,c,a,7\n");
        assertRefused(experiment, "x.csv:3: no such host: c");
        Files.writeString(trace, "start,source,destination,bytes\n");
        assertRefused(experiment, "x.csv:1: the titles");
        Files.writeString(trace, "start_ns,source,destination,bytes\n0,a,a,100\n");
        assertRefused(experiment, "x.csv:2: a message goes from one host to another");
        Files.writeString(trace, "start_ns,source,destination,bytes\n0,a,b\n");
        assertRefused(experiment, "x.csv:2: 3 values");
        Files.writeString(graph, "host a\nhost b\nlink a c\n");
        assertRefused(experiment, "x.graph:3: no such node above this line: c");
        Files.writeString(graph, "host a\nhost b\nswitch s\nlink a s\n");
        assertRefused(experiment, "x.yaml:4: host without a cable: host=b");
        Files.writeString(graph, "host a\nhost b\nswitch s\nswitch t\nlink a s\nlink b t\n");
        assertRefused(experiment, "x.yaml:4: hosts cannot reach each other");
        Files.delete(graph);
        assertRefused(experiment, "x.yaml:4: graph file cannot be read");
    }

    private static final String TITLES = "step,source,destination,bytes,delay_ns,slot_ns,after\n";

    private Path ofSteps(String modes) throws IOException {
        Path experiment = directory.resolve("x.yaml");
        Files.writeString(experiment, """
                name: steps
                seeds: 1
                limit: 1ms
                topology: {kind: star, hosts: 3, link: {rate: 100Gb/s, delay: 1us}}
                modes: [%s]
                workload: {kind: steps, file: x.csv, jitter: 0.5, volume: 2}
                """.formatted(modes));
        return experiment;
    }

    @Test
    void shouldReadStepsThatAreNotQuiteAsForeseen() throws IOException {
        Path experiment = ofSteps("{kind: line-rate}");
        Path file = directory.resolve("x.csv");
        Files.writeString(file, TITLES + "0,h0,h0,0,1000,0,\n1,h0,h1,100,0,7,0\n2,h1,h2,50,0,9,1\n");
        Workload workload = ExperimentFile.read(experiment).workload();
        List<Step> steps = workload.steps(new SeededRandom(1));
        assertEquals(3, steps.size());
        assertEquals(200, steps.get(1).bytes());
        assertEquals(2, steps.get(2).phase());
        assertEquals(
                List.of(0L, 7L, 9L), Arrays.stream(workload.momentsNs()).boxed().toList());
        long delayPs = steps.getFirst().delayPs();
        assertTrue(delayPs >= 500_000 && delayPs <= 1_500_000 && delayPs != 1_000_000, "delayPs=" + delayPs);
        assertEquals(steps, workload.steps(new SeededRandom(1)), "the same chance, the same steps");
        assertEquals(1_000_000, workload.expected(steps).getFirst().delayPs());
        assertEquals(100, workload.expected(steps).get(1).bytes());

        Files.writeString(file, TITLES + "1,h0,h1,100,0,0,\n");
        assertRefused(experiment, "x.csv:2: step 1; number 0 belongs here");
        Files.writeString(file, TITLES + "0,h0,h1,100,0,0,\n1,h0,h2,1,0,0,0\n");
        assertRefused(experiment, "x.csv:3: after 0: no earlier step that ends at the source");
        Files.writeString(file, TITLES + "0,h0,h1,100,0,0,0\n");
        assertRefused(experiment, "x.csv:2: after 0: no earlier step");
        Files.writeString(file, TITLES + "0,h0,h1,0,5,0,\n");
        assertRefused(experiment, "x.csv:2: a message has bytes");
        Files.writeString(file, TITLES + "0,h0,h0,0,5,0,\n");
        assertRefused(experiment, "x.csv:3: no message");
        Files.delete(file);
        assertRefused(experiment, "x.yaml:6: file of steps cannot be read");
    }

    @Test
    void shouldReadTablesOfRatesFromElsewhere() throws IOException {
        Path rates = directory.resolve("rates.csv");
        String titles = "source,destination,class,period_ns,start_ns,rate_bps\n";
        Files.writeString(directory.resolve("x.csv"), TITLES + "0,h0,h1,100,0,7,\n");
        Path bySlot = ofSteps("{kind: table, file: rates.csv, by: slot}");
        Files.writeString(rates, "line_rate_bps,100000000000\n" + titles + "10.0.0.1,10.0.0.2,0,,,1000000000\n");
        assertEquals(1, ExperimentFile.read(bySlot).modes().size());
        Files.writeString(rates, "line_rate_bps,100000000000\n" + titles + "10.0.0.1,10.0.0.9,0,,,1000000000\n");
        assertRefused(bySlot, "x.yaml:5: table of rates: flow=");
        Files.writeString(rates, "line_rate_bps,400000000000\n" + titles + "10.0.0.1,10.0.0.2,0,,,400000000000\n");
        assertRefused(bySlot, "the line of its host carries 100000000000");
        Files.writeString(rates, "line_rate_bps,1\n");
        assertRefused(bySlot, "rates.csv:");
        Files.delete(rates);
        assertRefused(bySlot, "x.yaml:5: table of rates cannot be read");
        Files.writeString(rates, "line_rate_bps,100000000000\n" + titles + "10.0.0.1,10.0.0.2,0,,,1000000000\n");
        Files.writeString(
                bySlot,
                Files.readString(bySlot).replaceAll("workload: .*", "workload: {kind: all-to-all, bytes: 1KB}"));
        assertRefused(bySlot, "x.yaml:5: modes: rates by slot need a workload of kind steps");
    }

    private static void assertRefused(Path experiment, String message) {
        InputFileException e = assertThrows(InputFileException.class, () -> ExperimentFile.read(experiment));
        String refusal = String.valueOf(e.getMessage());
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void shouldRefuseAnEmptyFileAndOtherShapes() {
        for (String text :
                new String[] {"", "# nothing\n", "- a\n", "a\n", "{}\n", "a: 1\n---\nb: 2\n", "a: &x [*x]\n"}) {
            assertThrows(InputFileException.class, () -> ExperimentFile.parse(Path.of("x.yaml"), text), text);
        }
    }
}
