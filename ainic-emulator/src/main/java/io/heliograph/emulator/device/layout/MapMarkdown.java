package io.heliograph.emulator.device.layout;

import java.util.List;

/** The map as tables for {@code DEVICE.md}, which holds them word for word between markers. */
public final class MapMarkdown {
    /** The line that the tables follow in the document. */
    public static final String BEGIN = "<!-- generated: begin -->";
    /** The line that follows the tables. */
    public static final String END = "<!-- generated: end -->";

    private MapMarkdown() {}

    /** All tables. */
    public static String text() {
        StringBuilder text = new StringBuilder();
        text.append("### Registers of the device\n\n");
        registers(text, DeviceMap.registers());
        text.append("\n### Registers of a queue\n\nThose of queue q begin at 0x%04x + 0x%02x q.\n\n"
                .formatted(QueueRegister.FIRST_OFFSET, QueueRegister.STRIDE_BYTES));
        registers(text, DeviceMap.queueRegisters());
        text.append("\n### Counters\n\n8 bytes each, read only.\n\n| offset | name | meaning |\n| --- | --- | --- |\n");
        for (DeviceMap.Counter each : DeviceMap.counters()) {
            text.append("| 0x%04x | %s | %s |\n".formatted(each.offset(), each.label(), each.meaning()));
        }
        for (DeviceMap.Structure each : DeviceMap.structures()) {
            text.append("\n### %s, %d bytes\n\n| offset | bytes | field | meaning |\n| --- | --- | --- | --- |\n"
                    .formatted(each.title(), each.bytes()));
            for (EntryField field : each.fields()) {
                text.append("| %d | %d | %s | %s |\n"
                        .formatted(field.offset(), field.bytes(), field.label(), field.meaning()));
            }
        }
        for (DeviceMap.Codes each : DeviceMap.codes()) {
            text.append("\n### %s\n\n| value | name | meaning |\n| --- | --- | --- |\n".formatted(each.title()));
            for (Code code : each.codes()) {
                text.append("| 0x%02x | %s | %s |\n".formatted(code.value(), code.name(), code.meaning()));
            }
        }
        return text.toString();
    }

    private static void registers(StringBuilder text, List<RegisterField> registers) {
        text.append(
                "| offset | bytes | name | driver may | after reset | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
        for (RegisterField each : registers) {
            text.append("| 0x%03x | %d | %s | %s | 0x%x | %s |\n"
                    .formatted(
                            each.offset(),
                            each.bytes(),
                            each.name(),
                            each.access().meaning(),
                            each.reset(),
                            each.meaning()));
        }
    }
}
