package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any text is a rate table that reads back from what is written of it, or is refused with the line. */
@Tag("fuzz")
final class RateTableFileFuzzTest {
    @FuzzTest
    void shouldReadBackOrRefuseWhenTextIsAnything(byte[] data) throws IOException {
        RateTable table;
        try {
            table = RateTableFile.read(new StringReader(new String(data, StandardCharsets.UTF_8)), "fuzz");
        } catch (RateTableFormatException e) {
            assertTrue(e.line() >= 1);
            assertTrue(String.valueOf(e.getMessage()).startsWith("fuzz:" + e.line() + ": "));
            return;
        }
        String written = write(table);
        RateTable back = RateTableFile.read(new StringReader(written), "written");
        assertEquals(written, write(back));
        assertEquals(table.flows(), back.flows());
    }

    private static String write(RateTable table) throws IOException {
        StringWriter text = new StringWriter();
        RateTableFile.write(table, text);
        return text.toString();
    }
}
