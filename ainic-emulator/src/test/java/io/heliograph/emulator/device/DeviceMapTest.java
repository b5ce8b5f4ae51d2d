package io.heliograph.emulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.emulator.device.layout.Code;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.DeviceMap;
import io.heliograph.emulator.device.layout.EntryField;
import io.heliograph.emulator.device.layout.MapHeader;
import io.heliograph.emulator.device.layout.MapJson;
import io.heliograph.emulator.device.layout.MapMarkdown;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.RegisterField;
import io.heliograph.emulator.device.layout.Statistics;
import io.heliograph.transport.CompletionStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The declarations make sense, and the document, the C header and the JSON map say the same. */
final class DeviceMapTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldCoverEachEntryWithoutGapOrOverlap() {
        for (DeviceMap.Structure structure : DeviceMap.structures()) {
            int end = 0;
            for (EntryField field : structure.fields()) {
                assertEquals(end, field.offset(), () -> structure.name() + "." + field.label());
                boolean aligned = field.bytes() > 8
                        || Integer.bitCount(field.bytes()) != 1
                        || field.offset() % field.bytes() == 0;
                assertTrue(aligned, () -> structure.name() + "." + field.label());
                end += field.bytes();
            }
            assertEquals(structure.bytes(), end, structure.name());
        }
    }

    @Test
    void shouldKeepRegistersApart() {
        check(DeviceMap.registers(), Statistics.PROTOCOL_OFFSET);
        check(DeviceMap.queueRegisters(), QueueRegister.STRIDE_BYTES);
        int last = DeviceMap.counters().getLast().offset();
        assertTrue(last < QueueRegister.FIRST_OFFSET);
        assertTrue(QueueRegister.FIRST_OFFSET + QueueRegister.MAX_QUEUES * QueueRegister.STRIDE_BYTES
                <= Register.BAR_BYTES);
    }

    private static void check(List<RegisterField> registers, int limit) {
        Set<Integer> words = new HashSet<>();
        for (RegisterField each : registers) {
            assertTrue(each.bytes() == 4 || each.bytes() == 8, each.name());
            assertEquals(0, each.offset() % each.bytes(), each.name());
            assertTrue(each.offset() + each.bytes() <= limit, each.name());
            for (int word = 0; word < each.bytes(); word += 4) {
                assertTrue(words.add(each.offset() + word), () -> each.name() + " overlaps");
            }
        }
    }

    @Test
    void shouldCallProtocolStatusByTheProtocolsNumbers() throws ReflectiveOperationException {
        int compared = 0;
        for (CompletionCode each : CompletionCode.values()) {
            if (each.value() < 0x80) {
                assertEquals(CompletionStatus.class.getField(each.name()).getInt(null), each.value(), each.name());
                compared++;
            }
        }
        assertEquals(10, compared);
    }

    @Test
    void shouldFindTheTablesInTheDocument() throws IOException {
        String document = Files.readString(Path.of("DEVICE.md"));
        int begin = document.indexOf(MapMarkdown.BEGIN);
        int end = document.indexOf(MapMarkdown.END);
        assertTrue(begin >= 0 && end > begin, "DEVICE.md has no markers");
        String found =
                document.substring(begin + MapMarkdown.BEGIN.length(), end).strip();
        assertEquals(
                MapMarkdown.text().strip(),
                found,
                "replace what is between the markers of DEVICE.md by the output of: scripts/helio device");
    }

    @Test
    void shouldCompileAsCHeaderWithTheSameOffsets() throws IOException, InterruptedException {
        Path header = directory.resolve("ainic_device.h");
        Files.writeString(header, MapHeader.text());
        StringBuilder program =
                new StringBuilder("#include \"ainic_device.h\"\n#include <stdio.h>\nint main(void) {\n");
        List<String> expected = new ArrayList<>();
        for (DeviceMap.Structure each : DeviceMap.structures()) {
            print(program, "sizeof(struct ainic_" + each.name() + ")");
            expected.add(Integer.toString(each.bytes()));
            for (EntryField field : each.fields()) {
                print(program, "offsetof(struct ainic_" + each.name() + ", " + field.label() + ")");
                expected.add(Integer.toString(field.offset()));
                print(program, "sizeof(((struct ainic_" + each.name() + " *) 0)->" + field.label() + ")");
                expected.add(Integer.toString(field.bytes()));
            }
        }
        for (RegisterField each : DeviceMap.registers()) {
            print(program, "AINIC_REG_" + each.name());
            expected.add(Integer.toString(each.offset()));
        }
        for (QueueRegister each : QueueRegister.values()) {
            print(program, "AINIC_QUEUE_OFFSET(5) + AINIC_QREG_" + each.name());
            expected.add(Integer.toString(each.offset(5)));
        }
        for (DeviceMap.Codes group : DeviceMap.codes()) {
            for (Code each : group.codes()) {
                print(program, "AINIC_" + group.prefix() + "_" + each.name());
                expected.add(Integer.toString(each.value()));
            }
        }
        Files.writeString(directory.resolve("offsets.c"), program.append("return 0;\n}\n"));
        assertEquals(expected, compileAndRun());
    }

    private static void print(StringBuilder program, String expression) {
        program.append("printf(\"%u\\n\", (unsigned) (").append(expression).append("));\n");
    }

    private List<String> compileAndRun() throws IOException, InterruptedException {
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-o", "offsets", "offsets.c")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no C compiler: cc is not on the path");
            throw e;
        }
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(compiler.waitFor(300, TimeUnit.SECONDS), "cc hangs");
        assertEquals(0, compiler.exitValue(), said);
        Process program = new ProcessBuilder(directory.resolve("offsets").toString()).start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, program.waitFor());
        return output.lines().toList();
    }

    @Test
    void shouldTellMachinesTheSame() throws IOException {
        JsonNode map = new JsonMapper().readTree(MapJson.text());
        assertEquals(DeviceMap.registers().size(), map.path("registers").size());
        for (int i = 0; i < DeviceMap.registers().size(); i++) {
            RegisterField register = DeviceMap.registers().get(i);
            JsonNode node = map.path("registers").get(i);
            assertEquals(register.name(), node.path("name").asText());
            assertEquals(register.offset(), node.path("offset").asInt());
            assertEquals(
                    Long.toUnsignedString(register.reset()), node.path("reset").asText());
        }
        JsonNode entry = map.path("structures").get(0);
        assertEquals("work_entry", entry.path("name").asText());
        assertEquals(64, entry.path("bytes").asInt());
        assertNotNull(entry.path("fields").get(0).get("meaning"));
    }
}
