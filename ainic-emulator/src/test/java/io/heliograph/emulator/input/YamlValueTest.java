package io.heliograph.emulator.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is asked of a YAML file is there, or the error names file, line and key. */
final class YamlValueTest {
    private static final String TEXT = """
            # comment
            rate: 1.5us
            list: [1, two]
            one: 7
            empty: []
            bytes: 01 ff
            nested:
              yes-or-no: true
              nothing:
            """;

    private static YamlFields fields() {
        return YamlValue.parse("f.yaml", TEXT).fields();
    }

    private static void assertRefused(String message, Executable reading) {
        assertEquals(message, assertThrows(InputFileException.class, reading).getMessage());
    }

    @Test
    void shouldGiveWhatIsThere() {
        YamlFields fields = fields();
        assertEquals(1_500_000, fields.require("rate").quantity(Units.TIMES_PS, 1));
        assertEquals(
                List.of("1", "two"),
                fields.require("list").list().stream().map(YamlValue::text).toList());
        assertEquals(1, fields.require("one").list().size());
        assertEquals(7, fields.require("one").count(1, 7));
        assertTrue(fields.require("empty").list().isEmpty());
        assertArrayEquals(new byte[] {1, -1}, fields.require("bytes").hex());
        assertArrayEquals(
                new byte[0],
                YamlValue.parse("f.yaml", "a: ''").fields().require("a").hex());
        YamlFields nested = fields.require("nested").fields();
        assertTrue(nested.require("yes-or-no").flag());
        assertNull(nested.find("more"));
        assertEquals(3, nested.count("more", 3, 0, 9));
        assertFalse(YamlValue.flag(YamlValue.parse("f.yaml", TEXT).map(), "more"));
    }

    @Test
    void shouldNameFileLineAndKeyOfWhatIsNot() {
        YamlFields fields = fields();
        assertRefused(
                "f.yaml:4: one: a whole number from 1 to 6 belongs here, not 7",
                () -> fields.require("one").count(1, 6));
        assertRefused(
                "f.yaml:3: list: one value belongs here, not a list",
                () -> fields.require("list").text());
        assertRefused(
                "f.yaml:5: empty: a list of at least one item belongs here, not an empty list",
                () -> fields.require("empty").items());
        assertRefused(
                "f.yaml:2: rate: keys with values belong here, not 1.5us",
                () -> fields.require("rate").map());
        assertRefused(
                "f.yaml:2: rate: '1.5us' is not a row of hexadecimal bytes",
                () -> fields.require("rate").hex());
        YamlFields nested = fields.require("nested").fields();
        assertRefused(
                "f.yaml:9: nothing: one value belongs here, not nothing",
                () -> nested.require("nothing").text());
        assertRefused("f.yaml:8: nested: no is missing", () -> nested.require("no"));
        assertRefused(
                "f.yaml:1: the file: more is missing; perhaps it is meant by 'mor'",
                () -> YamlValue.parse("f.yaml", "mor: 1").fields().require("more"));
    }

    @Test
    void shouldNameTheLineOfKeysThatNobodyKnows() {
        YamlFields fields = fields();
        fields.find("rate");
        assertRefused("f.yaml:3: the file: unknown key 'list'; known here are rate", fields::end);
        assertRefused(
                "f.yaml:4: the file: unknown key 'one'; known here are list, rate",
                () -> YamlValue.parse("f.yaml", TEXT).map(Set.of("rate", "list")));
        assertRefused(
                "f.yaml:2: the file: a is there already, on line 1",
                () -> YamlValue.parse("f.yaml", "a: 1\na: 2\n").map());
        assertRefused(
                "f.yaml:1: the file: a key must be one word",
                () -> YamlValue.parse("f.yaml", "[a, b]: 1\n").map());
    }

    @Test
    void shouldNameTheLineOfWhatIsNoYaml() {
        assertRefused("f.yaml:1: nothing is in the file", () -> YamlValue.parse("f.yaml", "\n# nothing\n"));
        InputFileException open =
                assertThrows(InputFileException.class, () -> YamlValue.parse("f.yaml", "a: 1\nb: [1\nc: 2\n"));
        assertTrue(String.valueOf(open.getMessage()).startsWith("f.yaml:3: not YAML: "), open.getMessage());
    }
}
