package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTableFileTest {
    private static final long LINE = 100_000_000_000L;
    private static final String TITLES = "source,destination,class,period_ns,start_ns,rate_bps\n";
    private static final String HEAD = "line_rate_bps," + LINE + "\n" + TITLES;
    private static final IpAddress A = IpAddress.parse("10.0.0.1");
    private static final IpAddress B = IpAddress.parse("10.0.0.2");

    @TempDir
    private Path directory = Path.of("");

    private static RateTable read(String text) throws IOException {
        return RateTableFile.read(new StringReader(text), "rates.csv");
    }

    private static String write(RateTable table) throws IOException {
        StringWriter text = new StringWriter();
        RateTableFile.write(table, text);
        return text.toString();
    }

    @Test
    void shouldReadWhatPeopleWrite() throws IOException {
        RateTable table = read("""
                # two flows

                line_rate_bps, 100000000000
                start_ns,1000
                other_rate_bps,5000000
                source,destination,class,period_ns,start_ns,rate_bps
                10.0.0.1,10.0.0.2,0,1000000,100000,7000000000
                # off for the rest
                "10.0.0.1",10.0.0.2,0,1000000,600000,0
                fd00::1 ,fd00::2, 7,,,2000000
                """);
        assertEquals(LINE, table.lineRateBitsPerSecond());
        assertEquals(1_000, table.startNs());
        assertEquals(5_000_000, table.otherRateBitsPerSecond());
        FlowSchedule phased = table.schedule(new FlowKey(A, B, 0));
        assertEquals(0, phased.rateAt(1_000));
        assertEquals(7_000_000_000L, phased.rateAt(101_000));
        assertEquals(0, phased.rateAt(601_000));
        FlowKey steady = new FlowKey(IpAddress.parse("fd00::1"), IpAddress.parse("fd00::2"), 7);
        assertEquals(2_000_000, table.schedule(steady).rateAt(77));
        assertEquals(2, table.flows().size());
    }

    @Test
    void shouldReadBackWhatItWritesWhateverTheTable() throws IOException {
        SeededRandom random = new SeededRandom(7);
        for (int round = 0; round < 50; round++) {
            RateTable.Builder builder = RateTable.builder(LINE)
                    .startNs(random.nextInt(Integer.MAX_VALUE) * (round % 2 == 0 ? 1L : -1_000_000_000L))
                    .otherFlows(1_000L + random.nextInt(1_000_000));
            int flows = random.nextInt(20);
            for (int flow = 0; flow < flows; flow++) {
                IpAddress peer = flow % 2 == 0 ? IpAddress.ofIpv4(flow) : new IpAddress(1L << 61, flow);
                if (random.nextInt(3) == 0) {
                    builder.flow(A, peer, flow % 8, 1_000L + random.nextInt(1 << 30));
                } else {
                    long periodNs = 1_000L + random.nextInt(1 << 30);
                    builder.flow(A, peer, flow % 8, periodNs, phases(random, periodNs));
                }
            }
            RateTable table = builder.build();
            Path file = directory.resolve("rates.csv");
            RateTableFile.write(table, file);
            RateTable back = RateTableFile.read(file);
            assertEquals(write(table), write(back));
            assertEquals(List.copyOf(table.flows()), List.copyOf(back.flows()));
            for (FlowKey flow : table.flows()) {
                for (int i = 0; i < 20; i++) {
                    long timeNs = random.nextLong() >> 2;
                    assertEquals(
                            table.schedule(flow).rateAt(timeNs),
                            back.schedule(flow).rateAt(timeNs),
                            flow::toString);
                }
            }
        }
    }

    private static List<Phase> phases(SeededRandom random, long periodNs) {
        List<Phase> phases = new ArrayList<>();
        long startNs = random.nextInt(2) == 0 ? 0 : random.nextInt(100);
        long stepNs = Math.max(1, (periodNs - startNs) / 8);
        for (int i = 0; i < 5 && startNs < periodNs; i++) {
            phases.add(new Phase(startNs, i == 1 ? 1_000_000_000 : random.nextInt(3) * 1_000_000L));
            startNs += 1 + random.nextInt((int) stepNs);
        }
        return phases;
    }

    static List<List<String>> shouldNameTheLineAndTheReason() {
        String flow = "10.0.0.1,10.0.0.2,0,";
        return List.of(
                List.of("", "rates.csv:1: ", "empty"),
                List.of("# nothing\n\n", "rates.csv:1: ", "empty"),
                List.of("line_rate_bps,5000\n", "rates.csv:1: ", "ends before the titles"),
                List.of(HEAD, "rates.csv:2: ", "no flow is listed and no other_rate_bps is set"),
                List.of(TITLES + flow + ",,5000\n", "rates.csv:1: ", "line_rate_bps is missing"),
                List.of("line_rate_bps,999\n" + TITLES, "rates.csv:1: ", "lineRateBitsPerSecond=999"),
                List.of("line_rate_bps,5000\nother_rate_bps,6000\n" + TITLES, "rates.csv:2: ", "otherFlows"),
                List.of("\nline_rate_bps,5000\nline_rate_bps,5000\n", "rates.csv:3: ", "set already, on line 2"),
                List.of("line_rate_bps,5000,\n", "rates.csv:1: ", "neither a setting"),
                List.of("speed,5000\n", "rates.csv:1: ", "neither a setting"),
                List.of("source,destination,rate_bps\n", "rates.csv:1: ", "neither a setting"),
                List.of(HEAD + "\n" + flow + ",,0\n", "rates.csv:4: ", "rateBitsPerSecond=0 in every phase"),
                List.of(HEAD + flow + ",,-5\n", "rates.csv:3: ", "rateBitsPerSecond=-5"),
                List.of(HEAD + flow + "1000,0,5000\n" + flow + "1000,5," + (LINE + 1), "rates.csv:4: ", "line rate"),
                List.of(HEAD + flow + "1000,9,5000\n" + flow + "1000,5,5000\n", "rates.csv:4: ", "sort them"),
                List.of(HEAD + flow + "1000,5,5000\n" + flow + "1000,5,5000\n", "rates.csv:4: ", "not overlap"),
                List.of(HEAD + flow + "1000,0,5000\n" + flow + "1000,1000,5000\n", "rates.csv:4: ", "outside"),
                List.of(
                        HEAD + flow + "1000,0,5000\n" + flow + "2000,5,5000\n",
                        "rates.csv:4: ",
                        "on line 3, says 1000"),
                List.of(HEAD + flow + "0,0,5000\n", "rates.csv:3: ", "period_ns=0"),
                List.of(HEAD + flow + "9999999999999,0,5000\n", "rates.csv:3: ", "periodNs=9999999999999"),
                List.of(HEAD + flow + "1000,,5000\n", "rates.csv:3: ", "start_ns=\"\" is not a whole number"),
                List.of(HEAD + flow + ",,1e9\n", "rates.csv:3: ", "rate_bps=\"1e9\" is not a whole number"),
                List.of(HEAD + flow + ",,+9\n", "rates.csv:3: ", "is not a whole number"),
                List.of(HEAD + flow + ",,9223372036854775808\n", "rates.csv:3: ", "more than 63 bits"),
                List.of(HEAD + flow + ",,999\n", "rates.csv:3: ", "average rateBitsPerSecond=999"),
                List.of(HEAD + "a.example,10.0.0.2,0,,,5000\n", "rates.csv:3: ", "source=\"a.example\" is not an IP"),
                List.of(HEAD + "10.0.0.1,10.0.0,0,,,5000\n", "rates.csv:3: ", "destination=\"10.0.0\" is not an IP"),
                List.of(HEAD + "10.0.0.1,10.0.0.2,8,,,5000\n", "rates.csv:3: ", "class=8"),
                List.of(HEAD + "10.0.0.1,10.0.0.2,5000\n", "rates.csv:3: ", "fields=3; a phase has 6"),
                List.of(HEAD + flow + ",,5000\n" + flow + ",,5000\n", "rates.csv:4: ", "already, on line 3"),
                List.of(
                        HEAD + flow + ",,5000\n10.0.0.1,10.0.0.3,0,,,5000\n" + flow + ",,5000\n",
                        "rates.csv:5: ",
                        "listed already"),
                List.of(HEAD + flow + ",,\"5000\n", "rates.csv:2: ", "not comma-separated values"));
    }

    @ParameterizedTest
    @MethodSource
    void shouldNameTheLineAndTheReason(List<String> wrong) {
        RateTableFormatException thrown =
                assertThrows(RateTableFormatException.class, () -> read(wrong.getFirst()), wrong.getFirst());
        String message = String.valueOf(thrown.getMessage());
        assertTrue(message.startsWith(wrong.get(1)), message);
        assertTrue(message.contains(wrong.getLast()), message);
        assertTrue(message.startsWith("rates.csv:" + thrown.line() + ": "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31m", "\u0000"})
    void shouldPrintNothingThatMovesACursor(String bad) {
        String message = String.valueOf(
                assertThrows(RateTableFormatException.class, () -> read(HEAD + bad + ",10.0.0.2,0,,,5000\n"))
                        .getMessage());
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
    }

    @Test
    void shouldAllowATableThatOnlySetsTheRateOfAll() throws IOException {
        RateTable table = read("line_rate_bps,5000\nother_rate_bps,4000\n" + TITLES);
        assertEquals(4_000, table.schedule(new FlowKey(A, B, 0)).rateAt(0));
    }

    @Test
    void shouldSayWhenThereIsNoFile() {
        assertThrows(NoSuchFileException.class, () -> RateTableFile.read(directory.resolve("none.csv")));
        assertTrue(Files.notExists(directory.resolve("none.csv")));
    }
}
