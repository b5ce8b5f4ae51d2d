package io.heliograph.benchmarks.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BandwidthPlotTest {
    private static Figures figures(long sizeBytes, double medianNs, double leastNs) {
        Timing timing = new Timing(5, medianNs, medianNs, medianNs, 0, 0);
        return new Figures(sizeBytes, 1, timing, new MemoryRates(0.1, 0.1), leastNs, "ring");
    }

    @Test
    void shouldDrawALineForEachPlaceAndTheLimit() throws Exception {
        BandwidthPlot plot = new BandwidthPlot("a < b & c");
        // Bandwidths 1 and 10, in place the same, the limit 10 and 100.
        plot.add(new Row(1024, 256, figures(1024, 1024, 102.4), figures(1024, 1024, 102.4)));
        plot.add(new Row(1 << 20, 1 << 18, figures(1 << 20, 104857.6, 10485.76), figures(1 << 20, 104857.6, 10485.76)));
        String svg = plot.svg();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        NodeList paths = document.getElementsByTagName("path");
        assertEquals(6, paths.getLength(), svg); // and one each in the legend
        assertEquals("M70.0 420.0L870.0 240.0", ((Element) paths.item(0)).getAttribute("d"));
        assertEquals("M70.0 420.0L870.0 240.0", ((Element) paths.item(2)).getAttribute("d"));
        assertEquals("M70.0 240.0L870.0 60.0", ((Element) paths.item(4)).getAttribute("d"));
        assertEquals("a < b & c", document.getElementsByTagName("text").item(0).getTextContent());
        assertTrue(svg.contains(">1K<") && svg.contains(">1M<"), svg);
    }

    @Test
    void shouldLeaveOutWhatACollectiveDoesNotHave() {
        BandwidthPlot plot = new BandwidthPlot("one rank");
        plot.add(new Row(64, 16, figures(64, 10, 0), null));
        String svg = plot.svg();
        assertTrue(svg.contains("line0") && !svg.contains("in place") && !svg.contains("allow"), svg);
    }
}
