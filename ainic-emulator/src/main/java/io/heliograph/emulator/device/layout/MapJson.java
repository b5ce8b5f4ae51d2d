package io.heliograph.emulator.device.layout;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The map for machines: the same as the document's tables, as JSON. */
public final class MapJson {
    /** Grows when a reader of an earlier one would misread. */
    public static final int SCHEMA_VERSION = 1;

    private MapJson() {}

    /** The map. */
    public static String text() {
        ObjectNode root = new JsonMapper().createObjectNode();
        root.put("schema_version", SCHEMA_VERSION);
        root.put("device_version_major", Register.VERSION_VALUE >>> 16);
        root.put("device_version_minor", Register.VERSION_VALUE & 0xffff);
        root.put("byte_order", "little");
        root.put("bar_bytes", Register.BAR_BYTES);
        root.put("event_vector", Register.EVENT_VECTOR);
        registers(root.putArray("registers"), DeviceMap.registers());
        root.put("queue_offset", QueueRegister.FIRST_OFFSET);
        root.put("queue_stride_bytes", QueueRegister.STRIDE_BYTES);
        registers(root.putArray("queue_registers"), DeviceMap.queueRegisters());
        ArrayNode counters = root.putArray("counters");
        for (DeviceMap.Counter each : DeviceMap.counters()) {
            counters.addObject()
                    .put("name", each.label())
                    .put("offset", each.offset())
                    .put("bytes", Long.BYTES)
                    .put("meaning", each.meaning());
        }
        ArrayNode structures = root.putArray("structures");
        for (DeviceMap.Structure each : DeviceMap.structures()) {
            ObjectNode structure =
                    structures.addObject().put("name", each.name()).put("bytes", each.bytes());
            ArrayNode fields = structure.putArray("fields");
            for (EntryField field : each.fields()) {
                fields.addObject()
                        .put("name", field.label())
                        .put("offset", field.offset())
                        .put("bytes", field.bytes())
                        .put("meaning", field.meaning());
            }
        }
        ArrayNode groups = root.putArray("codes");
        for (DeviceMap.Codes each : DeviceMap.codes()) {
            ArrayNode values = groups.addObject()
                    .put("group", each.prefix())
                    .put("title", each.title())
                    .putArray("values");
            for (Code code : each.codes()) {
                values.addObject()
                        .put("name", code.name())
                        .put("value", code.value())
                        .put("meaning", code.meaning());
            }
        }
        return root.toPrettyString() + "\n";
    }

    private static void registers(ArrayNode array, List<RegisterField> registers) {
        for (RegisterField each : registers) {
            array.addObject()
                    .put("name", each.name())
                    .put("offset", each.offset())
                    .put("bytes", each.bytes())
                    .put("access", each.access().name())
                    .put("reset", Long.toUnsignedString(each.reset()))
                    .put("meaning", each.meaning());
        }
    }
}
