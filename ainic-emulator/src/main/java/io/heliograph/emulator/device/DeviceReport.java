package io.heliograph.emulator.device;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.transport.EndpointCounter;

/** All counters of a device as JSON; the same run gives the same bytes. */
public final class DeviceReport {
    /** Grows when a reader of an earlier one would misread. */
    public static final int SCHEMA_VERSION = 1;

    private DeviceReport() {}

    /** The counters at this moment. */
    public static String json(Device device) {
        long nowPs = device.nowPs();
        ObjectNode root = new JsonMapper().createObjectNode();
        root.put("schema_version", SCHEMA_VERSION);
        root.put("device", device.name());
        root.put("time_ps", nowPs);
        root.put("clock_hz", device.config().pipeline().clockHz());
        ObjectNode protocol = root.putObject("protocol");
        for (EndpointCounter each : EndpointCounter.values()) {
            protocol.put(each.label(), device.count(each));
        }
        ObjectNode own = root.putObject("device_counters");
        for (DeviceCounter each : DeviceCounter.values()) {
            own.put(each.label(), device.count(each));
        }
        ObjectNode stages = root.putObject("stages");
        for (StageMeter each : device.stages()) {
            stages.putObject(each.name())
                    .put("items", each.items())
                    .put("busy_cycles", each.busyCycles(nowPs))
                    .put("stalled_cycles", each.stalledCycles(nowPs))
                    .put("idle_cycles", each.idleCycles(nowPs))
                    .put("max_depth", each.maxDepth());
        }
        return root.toPrettyString() + "\n";
    }
}
