package io.heliograph.emulator.device.layout;

import io.heliograph.transport.EndpointCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that the device shows, in the order in which documents list it. */
public final class DeviceMap {
    /**
     * A structure in host memory.
     *
     * @param name as C has it
     * @param title for people
     * @param bytes of an entry
     * @param fields in the order of their offsets
     */
    public record Structure(String name, String title, int bytes, List<EntryField> fields) {}

    /**
     * Numbers that belong together.
     *
     * @param prefix of their names in C
     * @param title for people
     * @param codes by value
     */
    public record Codes(String prefix, String title, List<Code> codes) {}

    /**
     * A counter.
     *
     * @param label its name
     * @param offset in the BAR
     * @param meaning one line
     */
    public record Counter(String label, int offset, String meaning) {}

    private DeviceMap() {}

    /** The registers of the device as a whole. */
    public static List<RegisterField> registers() {
        return List.of(Register.values());
    }

    /** The registers of a queue, relative to its block. */
    public static List<RegisterField> queueRegisters() {
        return List.of(QueueRegister.values());
    }

    /** The counters. */
    public static List<Counter> counters() {
        List<Counter> counters = new ArrayList<>();
        for (EndpointCounter each : EndpointCounter.values()) {
            counters.add(new Counter(each.label(), Statistics.offset(each), each.meaning()));
        }
        for (DeviceCounter each : DeviceCounter.values()) {
            counters.add(new Counter(each.label(), Statistics.offset(each), each.meaning()));
        }
        return counters;
    }

    /** What lies in host memory. */
    public static List<Structure> structures() {
        return List.of(
                structure("work_entry", "Work entry", WorkEntry.ENTRY_BYTES, WorkEntry.values()),
                structure("completion", "Completion", CompletionEntry.ENTRY_BYTES, CompletionEntry.values()),
                structure("event", "Event", EventEntry.ENTRY_BYTES, EventEntry.values()),
                structure(
                        "region_entry",
                        "Memory translation table entry",
                        RegionEntry.ENTRY_BYTES,
                        RegionEntry.values()),
                structure("peer_entry", "Address table entry", PeerEntry.ENTRY_BYTES, PeerEntry.values()),
                structure("rate_entry", "Rate table entry", RateEntry.ENTRY_BYTES, RateEntry.values()),
                structure("path_entry", "Path table entry", PathEntry.ENTRY_BYTES, PathEntry.values()));
    }

    private static Structure structure(String name, String title, int bytes, EntryField[] fields) {
        return new Structure(name, title, bytes, Arrays.asList(fields));
    }

    /** The numbers that registers and entries hold. */
    public static List<Codes> codes() {
        return List.of(
                new Codes("FEATURE", "Feature bits", List.of(Feature.values())),
                new Codes("CONTROL", "Control bits", List.of(ControlBit.values())),
                new Codes("STATUS", "Device status bits", List.of(DeviceStatusBit.values())),
                new Codes("QUEUE", "Queue states", List.of(QueueState.values())),
                new Codes("COMMAND_STATUS", "Command status", List.of(CommandStatus.values())),
                new Codes("OPCODE", "Work opcodes", List.of(WorkOpcode.values())),
                new Codes("WORK", "Work flags", List.of(WorkFlag.values())),
                new Codes("KIND", "Completion kinds", List.of(CompletionKind.values())),
                new Codes("COMPLETION", "Completion status", List.of(CompletionCode.values())),
                new Codes("EVENT", "Event types", List.of(EventType.values())),
                new Codes("TABLE", "Table commands", List.of(TableCommand.values())),
                new Codes("ACCESS", "Region access bits", List.of(RegionAccess.values())),
                new Codes("ORIGIN", "Peer origins", List.of(PeerOrigin.values())));
    }
}
