package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LossPlotTest {
    @Test
    void shouldDrawALineForEachRun() throws Exception {
        String svg = new LossPlot("a < b & c")
                .with("many", LossCurveTest.curve(2, 1, 0.5f))
                .with("one", LossCurveTest.curve(2, Float.NaN, 0.5f))
                .svg();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        NodeList paths = document.getElementsByTagName("path");
        assertEquals(4, paths.getLength(), svg); // and one each in the legend
        // The first loss is the greatest and so at the top left, the last the least and at the bottom right.
        assertEquals("M70.0 60.0L470.0 240.0L870.0 420.0", ((Element) paths.item(0)).getAttribute("d"));
        // Where there is no number there is a gap.
        assertEquals("M70.0 60.0M870.0 420.0", ((Element) paths.item(2)).getAttribute("d"));
        assertEquals("a < b & c", document.getElementsByTagName("text").item(0).getTextContent());
    }

    @Test
    void shouldDrawWhatDoesNotChange() {
        String svg = new LossPlot("flat").with("flat", LossCurveTest.curve(1)).svg();
        assertTrue(svg.contains("M70.0 60.0"), svg);
    }
}
