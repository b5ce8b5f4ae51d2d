package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.dut.EmulatorDevice;
import io.heliograph.transport.simulation.mutation.Edit;
import io.heliograph.transport.simulation.mutation.MutatingLoader;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** An emulated device that breaks one rule of DEVICE.md, or one of PROTOCOL.md by what is its own: a bug is written into its classes as they are loaded. */
enum DeviceFault {
    WIDTH_NOT_CHECKED("D1.1", saysInstead("Bar", "doubt", "MISALIGNED")),
    READ_OF_MASK_PASSES_WRITES(
            "D1.3",
            Edit.replace(
                    device("Bar"),
                    "read",
                    Edit.callOf("take"),
                    (builder, call) -> builder.iload(1)
                            .getstatic(layout("Register"), "INTERRUPT_MASK", layout("Register"))
                            .invokevirtual(layout("Register"), "offset", MethodTypeDesc.of(ConstantDescs.CD_int))
                            .ifThenElse(
                                    Opcode.IF_ICMPEQ,
                                    passed -> passed.pop2().pop2().pop(),
                                    others -> others.with(call)))),
    MISUSE_IS_NOT_TOLD("D1.2", Edit.body(device("Control"), "refused", CodeBuilder::return_)),
    SET_UP_CHANGES_WHILE_ENABLED(
            "D1.4",
            Edit.replace(
                    device("Control"),
                    "write",
                    Edit.callOf("isReady"),
                    (builder, _) -> builder.pop().iconst_0())),
    RESET_KEEPS_REGISTERS(
            "D1.5",
            Edit.replace(device("Device"), "reset", Edit.callOf("setUpRegisters"), (builder, _) -> builder.pop())),
    ENABLED_WITHOUT_ITS_TABLES("D2.1", says("Device", "checkTables")),
    ENABLE_CAN_BE_CLEARED(
            "D2.2",
            Edit.before(
                    device("Control"),
                    "control",
                    Edit.field("GETSTATIC", "LOCKED"),
                    builder -> builder.aload(0)
                            .getfield(desc("Control"), "parts", desc("DeviceParts"))
                            .invokevirtual(desc("DeviceParts"), "registers", MethodTypeDesc.of(desc("BarMemory")))
                            .getstatic(layout("Register"), "STATUS", layout("Register"))
                            .lconst_0()
                            .invokevirtual(
                                    desc("BarMemory"),
                                    "set",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_void, layout("Register"), ConstantDescs.CD_long)))),
    RESET_FORGETS_INCARNATION(
            "D2.3",
            Edit.after(
                    device("Device"),
                    "enable",
                    Edit.field("GETFIELD", "everEnabled"),
                    builder -> builder.pop().iconst_0())),
    DOORBELL_BEFORE_ENABLE("D2.4", saysInstead("TableUnit", "doorbell", "NOT_ENABLED")),
    COMPLETION_WRITTEN_TWICE(
            "D3.1",
            Edit.entry(
                    device("HostRing"),
                    "write",
                    builder -> builder.aload(1)
                            .aload(0)
                            .getfield(desc("HostRing"), "base", ConstantDescs.CD_long)
                            .aload(0)
                            .getfield(desc("HostRing"), "entries", ConstantDescs.CD_int)
                            .bipush(32)
                            .imul()
                            .i2l()
                            .ladd()
                            .invokeinterface(
                                    ClassDesc.of("java.util.function.LongConsumer"),
                                    "accept",
                                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long)))),
    WILD_READ("D3.2", allowed("FetchUnit", "take")),
    WILD_WRITE("D3.2", allowed("HostRing", "write")),
    LOST_COMPLETION_IS_NOT_TOLD(
            "D3.2",
            Edit.replace(
                    device("Outbox"),
                    "write",
                    Edit.callOf("tell"),
                    (builder, _) -> builder.pop2().pop2().pop2().pop2().pop())),
    COMMAND_CLEARED_AFTER_USE(
            "D3.3",
            Edit.after(
                    device("RegionUnit"),
                    "obey",
                    Edit.callOf("put"),
                    builder -> builder.getstatic(layout("RegionEntry"), "COMMAND", layout("RegionEntry"))
                            .lload(3)
                            .lconst_0()
                            .invokevirtual(
                                    layout("RegionEntry"),
                                    "put",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_long)))),
    RING_OF_ANY_SIZE(
            "D4.1",
            Edit.body(device("Control"), "isSize", builder -> builder.iconst_1().ireturn())),
    ENTRIES_SWAPPED(
            "D4.2",
            Edit.after(
                    device("SubmissionQueue"),
                    "nextEntry",
                    is(Opcode.IAND),
                    builder -> builder.iconst_1().ixor())),
    COMPLETIONS_OVERRUN(
            "D4.3",
            Edit.body(
                    device("SubmissionQueue"),
                    "completionRoom",
                    builder -> builder.sipush(1000).ireturn())),
    REFUSED_ENTRY_NEVER_COMPLETES(
            "D4.4",
            Edit.replace(
                    device("FetchUnit"),
                    "take",
                    Edit.callOf("end"),
                    (builder, _) -> builder.pop2().pop2().pop2().pop2().pop2())),
    RESERVED_FIELDS_NOT_CHECKED("D4.5", nothingInstead("RESERVED_SET")),
    QUEUE_OF_ENTRY_NOT_CHECKED("D4.5", nothingInstead("BAD_QUEUE")),
    OWNER_BIT_ALWAYS_SET(
            "D4.6",
            Edit.replace(
                    device("HostRing"),
                    "write",
                    Edit.callOf("divideUnsigned"),
                    (builder, _) -> builder.pop2().iconst_0())),
    DOORBELL_BEYOND_THE_RING(
            "D4.7",
            Edit.body(
                    device("SubmissionQueue"),
                    "ring",
                    builder -> builder.aload(0)
                            .iload(1)
                            .putfield(desc("SubmissionQueue"), "doorbell", ConstantDescs.CD_int)
                            .iconst_1()
                            .ireturn())),
    DRAINING_NEVER_ENDS("D4.8", Edit.body(device("SubmissionQueue"), "settle", CodeBuilder::return_)),
    IMMEDIATES_OVERRUN(
            "D4.9",
            Edit.replace(
                    device("Outbox"),
                    "sendHeld",
                    Edit.callOf("completionRoom"),
                    (builder, _) -> builder.pop().iconst_1())),
    KEY_NOT_WRITTEN("D5.1", nothingPut("RegionUnit", "add", "put")),
    OVERLAP_TAKEN("D5.2", saysInstead("RegionUnit", "add", "OVERLAP")),
    EMPTY_REGION_TAKEN("D5.2", saysInstead("RegionUnit", "add", "BAD_VALUE")),
    REMOVED_REGION_STAYS("D5.3", says("RegionUnit", "remove")),
    ENTRY_READ_AGAIN(
            "D5.4",
            Edit.entry(
                    device("RegionUnit"),
                    "find",
                    builder -> builder.getstatic(layout("RegionEntry"), "KEY", layout("RegionEntry"))
                            .aload(0)
                            .invokevirtual(desc("RegionUnit"), "table", MethodTypeDesc.of(desc("TableMemory")))
                            .iconst_0()
                            .getstatic(desc("HostMemory"), "READ", ConstantDescs.CD_int)
                            .invokevirtual(
                                    desc("TableMemory"),
                                    "entry",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_long, ConstantDescs.CD_int, ConstantDescs.CD_int))
                            .invokevirtual(
                                    layout("RegionEntry"),
                                    "getInt",
                                    MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long))
                            .istore(1))),
    SECOND_ENTRY_FOR_AN_ADDRESS("D6.1", saysInstead("PeerUnit", "add", "BUSY")),
    ENTRY_GIVEN_UP("D6.2", saysInstead("PeerUnit", "obey", "BAD_COMMAND")),
    LEARNED_FROM_THE_FRONT(
            "D6.3",
            Edit.body(
                    device("PeerUnit"),
                    "freeIndex",
                    builder -> builder.iconst_0().ireturn())),
    RATE_TABLE_LOADED_IN_PART("D7.1", saysInstead("RateUnit", "read", "NOT_PRESENT")),
    ALL_PATHS_DENIED("D7.2", saysInstead("PathUnit", "obey", "BAD_VALUE")),
    EVENTS_WAIT_IN_ONE_PLACE(
            "D8.1", Edit.replace(device("Outbox"), "tell", is(Opcode.BIPUSH), (builder, _) -> builder.iconst_1())),
    INTERRUPT_MASK_IGNORED(
            "D8.2",
            Edit.replace(
                    device("Interrupts"),
                    "signal",
                    Edit.field("GETSTATIC", "INTERRUPT_MASK"),
                    (builder, _) -> builder.getstatic(layout("Register"), "EVENTS_LOST", layout("Register")))),
    PENDING_BITS_STAY("D8.2", Edit.body(device("Interrupts"), "clear", CodeBuilder::return_)),
    EVENT_DOORBELL_NOT_CHECKED(
            "D8.3",
            Edit.body(
                    device("HostRing"),
                    "consume",
                    builder -> builder.aload(0)
                            .iload(1)
                            .putfield(desc("HostRing"), "consumed", ConstantDescs.CD_int)
                            .iconst_1()
                            .ireturn())),
    PAUSE_STOPS_ONE_ENGINE("R10.6", Edit.body(device("Pipeline"), "show", CodeBuilder::return_)),
    FLOW_CONTROL_NEVER_ON(
            "R12.6",
            Edit.replace(
                    device("Device"), "endpointConfig", Edit.callOf("withFlowControl"), (builder, _) -> builder.pop())),
    INDEX_PAST_THE_TABLE(
            "D9.1",
            Edit.replace(
                    device("TableUnit"),
                    "doorbell",
                    Edit.callOf("entries"),
                    (builder, _) -> builder.pop().ldc(Integer.MAX_VALUE))),
    ONE_QUEUE_STOPS_ANOTHER(
            "D9.2",
            Edit.entry(
                    device("FetchUnit"),
                    "fail",
                    builder -> builder.aload(0)
                            .getfield(
                                    desc("FetchUnit"),
                                    "queues",
                                    desc("SubmissionQueue").arrayType())
                            .iconst_1()
                            .aaload()
                            .getstatic(layout("QueueState"), "ERROR", layout("QueueState"))
                            .aload(2)
                            .invokevirtual(
                                    desc("SubmissionQueue"),
                                    "stop",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_void, layout("QueueState"), layout("CommandStatus")))));

    private static final String EMULATOR = "io.heliograph.emulator.";
    private static final String KIT = EMULATOR + "conformance.";

    private final String rule;

    @SuppressWarnings("ImmutableEnumChecker") // an edit holds no state
    private final Edit edit;

    DeviceFault(String rule, Edit edit) {
        this.rule = rule;
        this.edit = edit;
    }

    private static String device(String name) {
        return "io.heliograph.emulator.device." + name;
    }

    private static ClassDesc desc(String name) {
        return ClassDesc.of(device(name));
    }

    private static ClassDesc layout(String name) {
        return ClassDesc.of(device("layout." + name));
    }

    private static java.util.function.Predicate<CodeElement> is(Opcode opcode) {
        return element -> element instanceof Instruction instruction && instruction.opcode() == opcode;
    }

    private static void ok(CodeBuilder builder) {
        builder.getstatic(layout("CommandStatus"), "OK", layout("CommandStatus"));
    }

    /** A method that does nothing but say OK. */
    private static Edit says(String owner, String method) {
        return Edit.body(device(owner), method, builder -> {
            ok(builder);
            builder.areturn();
        });
    }

    /** OK in place of a refusal. */
    private static Edit saysInstead(String owner, String method, String refusal) {
        return Edit.replace(device(owner), method, Edit.field("GETSTATIC", refusal), (builder, _) -> ok(builder));
    }

    /** A doubt about a work entry that nobody has. */
    private static Edit nothingInstead(String refusal) {
        return Edit.replace(
                device("FetchUnit"), "doubt", Edit.field("GETSTATIC", refusal), (builder, _) -> builder.aconst_null());
    }

    /** Memory that counts as mapped. */
    private static Edit allowed(String owner, String method) {
        return Edit.replace(
                device(owner),
                method,
                Edit.callOf("allows"),
                (builder, _) -> builder.pop().pop2().pop2().pop().iconst_1());
    }

    /** A field of an entry that is not written: address and value stay unused. */
    private static Edit nothingPut(String owner, String method, String put) {
        return Edit.replace(
                device(owner),
                method,
                element -> element instanceof java.lang.classfile.instruction.InvokeInstruction call
                        && call.name().equalsString(put)
                        && call.owner().asSymbol().equals(layout("RegionEntry")),
                (builder, _) -> builder.pop2().pop2().pop());
    }

    /** The rule that it breaks. */
    String rule() {
        return rule;
    }

    /** Makes devices with this fault. */
    DeviceFactory devices() {
        return Fault.loaded(
                new MutatingLoader(
                        List.of(edit),
                        name -> name.startsWith("io.heliograph.transport.")
                                || name.startsWith(EMULATOR)
                                        && (!name.startsWith(KIT) || name.startsWith(KIT + "dut."))),
                EmulatorDevice.class);
    }
}
