package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class DatapathCommandTest {
    private static final String LENET = "784,300,100,10";

    @TempDir
    private Path directory = Path.of("");

    private static String printed(String... arguments) {
        HelioRun run = HelioRun.of(arguments);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return run.out();
    }

    @Test
    void shouldListWhatItCompilesAndWhatItReads() {
        String program = directory.resolve("lenet.dp").toString();
        assertEquals("", printed("datapath", "--layers", LENET, "--text", program));
        String listed = printed("datapath", program);
        assertEquals(printed("datapath", "--layers", LENET), listed);
        assertTrue(listed.contains("14700 1900 70"), listed);
        assertEquals(
                printed("datapath", program, "--text", "-"), printed("datapath", "--layers", LENET, "--text", "-"));
    }

    @Test
    void shouldStepTheCyclesThatAreAskedFor() {
        String table = printed("datapath", "--layers", LENET, "--cycles", "3..5", "--stages", "streamer,weights");
        String[] lines = table.lines().toArray(String[]::new);
        assertTrue(lines[0].matches(" +cycle weights +streamer"), table);
        assertTrue(lines[1].matches(" +3 PREAMBLE preamble 2/10 words 0/14700 +zeros valid 0/2"), table);
        assertTrue(lines[3].matches(" +5 PREAMBLE preamble 4/10 words 0/14700 +send valid 0/2"), table);
        assertTrue(table.contains("16825     16696       129        66.387"), table);
        assertTrue(
                printed("datapath", "--layers", LENET, "--cycles", "-25..-24").contains("payload words 1/25"));
    }

    @Test
    void shouldDrawBoxesThatDoNotOverlap() throws Exception {
        Path svg = directory.resolve("lenet.svg");
        printed("datapath", "--layers", LENET, "--svg", svg.toString());
        Element drawing = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getDocumentElement();
        Rectangle page = new Rectangle(number(drawing, "width"), number(drawing, "height"));
        NodeList all = drawing.getElementsByTagName("rect");
        List<Rectangle> boxes = new ArrayList<>();
        for (int k = 0; k < all.getLength(); k++) {
            if (all.item(k) instanceof Element box && box.hasAttribute("x")) {
                Rectangle one =
                        new Rectangle(number(box, "x"), number(box, "y"), number(box, "width"), number(box, "height"));
                assertTrue(page.contains(one), one.toString());
                for (Rectangle other : boxes) {
                    assertFalse(one.intersects(other), one + " " + other);
                }
                boxes.add(one);
            }
        }
        assertEquals(16, boxes.size(), "a box a stage");
    }

    private static int number(Element element, String attribute) {
        return Integer.parseInt(element.getAttribute(attribute));
    }

    @Test
    void shouldNameTheLineThatIsWrong() throws Exception {
        Path program = directory.resolve("wrong.dp");
        Files.writeString(
                program,
                printed("datapath", "--layers", "20,3", "--text", "-").replace("multiplier 1", "multiplier x"));
        HelioRun run = HelioRun.of("datapath", program.toString());
        assertEquals(Helio.FAILED, run.code(), run::toString);
        assertTrue(run.err().matches("(?s)helio: .*wrong.dp:\\d+: expected a number, found: x\\R"), run.err());
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        assertEquals(Helio.USAGE, HelioRun.of("datapath").code());
        assertEquals(Helio.USAGE, HelioRun.of("datapath", "--layers", "5").code());
        assertEquals(Helio.USAGE, HelioRun.of("datapath", "--layers", "5,0").code());
        assertEquals(
                Helio.USAGE, HelioRun.of("datapath", "file", "--layers", "5,2").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("datapath", "--layers", "5,2", "--lanes", "12").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("datapath", "--layers", "5,2", "--cycles", "5").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("datapath", "--layers", "5,2", "--cycles", "5..1").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("datapath", "--layers", "5,2", "--stages", "adder").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("datapath", "--layers", "5,2", "--cycles", "1..2", "--stages", "nobody")
                        .code());
        assertEquals(
                Helio.ENVIRONMENT,
                HelioRun.of("datapath", directory.resolve("none").toString()).code());
    }
}
