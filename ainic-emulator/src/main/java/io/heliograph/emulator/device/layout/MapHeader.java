package io.heliograph.emulator.device.layout;

import java.util.List;
import java.util.Locale;

/** The map as a C header: offsets of registers, structures with every offset asserted, codes. C11, little-endian machines. */
public final class MapHeader {
    private static final String PREFIX = "AINIC_";

    private MapHeader() {}

    /** The header. */
    public static String text() {
        StringBuilder text = new StringBuilder();
        text.append("/* Registers and structures of the AINIC device, version %d.%d: see DEVICE.md. Little-endian. */\n"
                .formatted(Register.VERSION_VALUE >>> 16, Register.VERSION_VALUE & 0xffff));
        text.append("#ifndef AINIC_DEVICE_H\n#define AINIC_DEVICE_H\n\n");
        text.append("#include <assert.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
        define(text, "BAR_BYTES", Register.BAR_BYTES);
        define(text, "EVENT_VECTOR", Register.EVENT_VECTOR);
        text.append("#define AINIC_IDENTITY_VALUE 0x%xull\n".formatted(Register.IDENTITY_VALUE));
        define(text, "VERSION_VALUE", Register.VERSION_VALUE);
        text.append("\n/* registers of the device: offsets */\n");
        registers(text, "REG_", DeviceMap.registers());
        text.append("\n/* registers of queue q: offsets from AINIC_QUEUE_OFFSET(q) */\n");
        text.append("#define AINIC_QUEUE_OFFSET(q) (0x%xu + 0x%xu * (q))\n"
                .formatted(QueueRegister.FIRST_OFFSET, QueueRegister.STRIDE_BYTES));
        registers(text, "QREG_", DeviceMap.queueRegisters());
        text.append("\n/* counters: offsets, 8 bytes each */\n");
        for (DeviceMap.Counter each : DeviceMap.counters()) {
            text.append("#define AINIC_COUNTER_%s 0x%04xu /* %s */\n"
                    .formatted(each.label().toUpperCase(Locale.ROOT), each.offset(), each.meaning()));
        }
        for (DeviceMap.Codes each : DeviceMap.codes()) {
            text.append("\n/* %s */\n".formatted(each.title().toLowerCase(Locale.ROOT)));
            for (Code code : each.codes()) {
                text.append("#define AINIC_%s_%s 0x%02xu /* %s */\n"
                        .formatted(each.prefix(), code.name(), code.value(), code.meaning()));
            }
        }
        for (DeviceMap.Structure each : DeviceMap.structures()) {
            structure(text, each);
        }
        return text.append("\n#endif\n").toString();
    }

    private static void define(StringBuilder text, String name, int value) {
        text.append("#define %s%s 0x%xu\n".formatted(PREFIX, name, value));
    }

    private static void registers(StringBuilder text, String group, List<RegisterField> registers) {
        for (RegisterField each : registers) {
            text.append("#define %s%s%s 0x%03xu /* %d bytes, %s: %s */\n"
                    .formatted(
                            PREFIX,
                            group,
                            each.name(),
                            each.offset(),
                            each.bytes(),
                            each.access().meaning(),
                            each.meaning()));
        }
    }

    private static void structure(StringBuilder text, DeviceMap.Structure structure) {
        text.append("\nstruct ainic_%s {\n".formatted(structure.name()));
        for (EntryField field : structure.fields()) {
            String declaration = switch (field.bytes()) {
                case 1, 2, 4, 8 -> "uint%d_t %s".formatted(8 * field.bytes(), field.label());
                default -> "uint8_t %s[%d]".formatted(field.label(), field.bytes());
            };
            text.append("    %s; /* %s */\n".formatted(declaration, field.meaning()));
        }
        text.append("};\nstatic_assert(sizeof(struct ainic_%1$s) == %2$d, \"ainic_%1$s\");\n"
                .formatted(structure.name(), structure.bytes()));
        for (EntryField field : structure.fields()) {
            text.append("static_assert(offsetof(struct ainic_%1$s, %2$s) == %3$d, \"ainic_%1$s.%2$s\");\n"
                    .formatted(structure.name(), field.label(), field.offset()));
        }
    }
}
