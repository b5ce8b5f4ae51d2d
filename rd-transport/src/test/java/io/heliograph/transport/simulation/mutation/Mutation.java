package io.heliograph.transport.simulation.mutation;

import static io.heliograph.transport.simulation.mutation.Edit.after;
import static io.heliograph.transport.simulation.mutation.Edit.before;
import static io.heliograph.transport.simulation.mutation.Edit.body;
import static io.heliograph.transport.simulation.mutation.Edit.callOf;
import static io.heliograph.transport.simulation.mutation.Edit.entry;
import static io.heliograph.transport.simulation.mutation.Edit.field;
import static io.heliograph.transport.simulation.mutation.Edit.replace;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.PacketKind;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Predicate;

/** A deliberate protocol bug. */
public enum Mutation {
    /** R4.1: a PSN that was received is taken as new. */
    NO_DUPLICATE_SUPPRESSION(
            replace(engine("ReceiveFlow"), "classify", constant(1), (builder, _) -> builder.iconst_0())),
    /** R4.1: every eighth PSN is accepted and not remembered. */
    LOST_RECEIVED_BIT(entry(engine("ReceiveFlow"), "accept", builder -> {
        Label remember = builder.newLabel();
        builder.iload(1)
                .bipush(7)
                .iand()
                .bipush(7)
                .if_icmpne(remember)
                .return_()
                .labelBinding(remember);
    })),
    /** R6.5: a SACK's bits stand for the PSN before. */
    SACK_BITMAP_OFF_BY_ONE(before(
            engine("ReceiveFlow"),
            "bitmap",
            opcode(Opcode.LRETURN),
            builder -> builder.iconst_1().lushr())),
    /** R4.3: a sender gives out PSNs without an end. */
    SEND_WINDOW_UNBOUNDED(
            body(engine("SendFlow"), "windowOpen", builder -> builder.iconst_1().ireturn())),
    /** R5.1: an immediate fires when the packet that carries it arrives. */
    EARLY_IMMEDIATE(before(
            engine("InboundQueue"),
            "acceptImmediate",
            opcode(Opcode.IRETURN),
            builder -> builder.aload(0)
                    .iload(1)
                    .invokevirtual(
                            desc(engine("InboundQueue")),
                            "makeReady",
                            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int)))),
    /** R5.2: a receiver does not look at fences. */
    FENCE_IGNORED_BY_RECEIVER(entry(
            engine("InboundQueue"),
            "acceptImmediate",
            builder -> builder.iconst_0().istore(5))),
    /** R6.1: a sender does not look at fences. */
    FENCE_IGNORED_BY_SENDER(after(
            engine("OutboundQueue"),
            "onAllAcknowledged",
            field("GETFIELD", "fenced"),
            builder -> builder.pop().iconst_0())),
    /** R5.3: a receiver takes VOID packets for data. */
    VOID_NOT_REMEMBERED(replace(engine("InboundQueue"), "acceptVoid", constant(4), (builder, _) -> builder.iconst_0())),
    /** R5.3: a failed message flushes nothing. */
    HORIZON_IS_OWN_MESSAGE(after(
            engine("Outbound"),
            "fail",
            callOf("lastMsn"),
            builder -> builder.pop().aload(1).getfield(desc(engine("OutboundMessage")), "msn", ConstantDescs.CD_int))),
    /** R6.1: a message completes with the first of its packets that is acknowledged. */
    COMPLETION_BEFORE_ACKNOWLEDGEMENT(before(
            engine("OutboundMessage"),
            "take",
            field("PUTFIELD", "unacknowledged"),
            builder -> builder.pop().iconst_1())),
    /** R9.3: a trim notice counts as an acknowledgement. */
    TRIM_NOTICE_ACKNOWLEDGES(body(engine("SendFlow"), "onTrimmed", Mutation::acknowledgeTrimmed)),
    /** R9.1: what is sent again has another PSN. */
    RETRANSMISSION_UNDER_NEW_PSN(replace(engine("DataPacket"), "take", callOf("psn"), (builder, call) -> {
        int psn = builder.allocateLocal(TypeKind.INT);
        builder.dup2()
                .with(call)
                .istore(psn)
                .invokevirtual(
                        desc(engine("SendFlow")),
                        "wasSent",
                        MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_int))
                .iload(psn)
                .iadd();
    })),
    /** R9.2: the retransmission timer never expires. */
    TIMER_DEAD(body(
            engine("RttEstimator"),
            "timeoutNs",
            builder -> builder.loadConstant(1L << 61).lreturn())),
    /** R9.2: timers are not looked at when they are due. */
    TIMERS_NOT_FILED(body(engine("DueLanes"), "file", CodeBuilder::return_)),
    /** R8.3: a failed message goes on as data. */
    VOID_NEVER_SENT(body(
            engine("OutboundMessage"), "isVoid", builder -> builder.iconst_0().ireturn())),
    /** R7.1: an immediate is put where no slot is free. */
    SLOT_EXHAUSTION_IGNORED(
            body(
                    engine("CompletionRings"),
                    "slotFree",
                    builder -> builder.iconst_1().ireturn()),
            after(
                    engine("CompletionRings"),
                    "offerImmediate",
                    callOf("capacity"),
                    builder -> builder.iconst_1().iadd())),
    /** R7.2: an immediate that finds no slot is forgotten. */
    SLOT_EXHAUSTION_DROPS_IMMEDIATE(entry(
            engine("InboundQueue"),
            "waitingForSlot",
            builder -> builder.aload(0)
                    .invokevirtual(desc(engine("InboundQueue")), "abandon", MethodTypeDesc.of(ConstantDescs.CD_void)))),
    /** R8.1: bounds are not checked. */
    NO_BOUNDS_CHECK(body(
            memory("RegionTable"), "contains", builder -> builder.iconst_1().ireturn())),
    /** R8.1: the upper half of keys is not compared. */
    HALF_A_KEY_CHECK(after(
            memory("RegionTable"),
            "find",
            opcode(Opcode.IXOR),
            builder -> builder.loadConstant(0xFFFF).iand())),
    /** R8.1: permissions are not checked. */
    NO_PERMISSION_CHECK(
            body(memory("RegionTable"), "access", builder -> builder.iconst_1().ireturn())),
    /** R8.5: what peers may write to stays when it is deregistered. */
    DEREGISTRATION_NOT_HONOURED(
            entry(memory("RegionTable"), "without", builder -> {
                Label nobodyMayWrite = builder.newLabel();
                builder.aload(1)
                        .invokevirtual(
                                desc("io.heliograph.transport.MemoryRegion"),
                                "access",
                                MethodTypeDesc.of(ConstantDescs.CD_int))
                        .ifeq(nobodyMayWrite)
                        .aload(0)
                        .areturn()
                        .labelBinding(nobodyMayWrite);
            }),
            // And does not stand in the way of what is registered next.
            after(
                    memory("RegionRules"),
                    "requireApart",
                    callOf("access"),
                    builder -> builder.pop().iconst_0())),
    /** R8.5: a source is read after it was deregistered. */
    DEREGISTERED_SOURCE_READ(body(engine("DataSender"), "checkSource", CodeBuilder::return_)),
    /** R1.5: packets of former selves are taken. */
    STALE_INCARNATION_ACCEPTED(
            body(engine("Peer"), "isCurrent", builder -> builder.iconst_1().ireturn())),
    /** R1.4: what was received from a peer's former self counts as received from its new one. */
    RECEIVED_BEFORE_RESTART_COUNTS(body(
            engine("Peer"),
            "restartInbound",
            builder -> builder.aload(0)
                    .iload(1)
                    .putfield(desc(engine("Peer")), "remoteIncarnation", ConstantDescs.CD_int)
                    .return_())),
    /** R9.4: a wrong ICRC is none. */
    NO_ICRC_CHECK(
            body(wire("FrameCheck"), "checkIcrc", builder -> builder.iconst_1().ireturn())),
    /** R9.6: a packet that was sent once will not arrive. */
    UNDELIVERABLE_TOO_SOON(body(
            engine("SendFlow"),
            "isUndeliverable",
            builder -> builder.aload(0)
                    .iload(1)
                    .invokevirtual(
                            desc(engine("SendFlow")),
                            "wasSent",
                            MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_int))
                    .ireturn())),
    /** R10.3: a frame is taken by the engine that it came to. */
    NO_HANDOVER(body(
            engine("Engine"),
            "owner",
            builder -> builder.aload(0)
                    .getfield(desc(engine("Engine")), "number", ConstantDescs.CD_int)
                    .ireturn())),
    /** R12: what was sent in a relation that ended counts for ever. */
    RATES_REMEMBER_FORMER_RELATIONS(body(engine("Lane"), "resetRates", CodeBuilder::return_)),
    /** R12.2: what is sent again is not charged. */
    RETRANSMISSIONS_NOT_CHARGED(replace(engine("SendFlow"), "onSent", callOf("onSent"), (builder, call) -> {
        Label charge = builder.newLabel();
        Label end = builder.newLabel();
        builder.aload(0)
                .iload(1)
                .invokevirtual(
                        desc(engine("SendFlow")),
                        "wasSent",
                        MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_int))
                .ifeq(charge)
                .pop2()
                .pop2()
                .pop()
                .goto_(end)
                .labelBinding(charge)
                .with(call)
                .labelBinding(end);
    })),
    /** R12.2: what a frame takes of the line besides its own bytes is not charged. */
    WIRE_OVERHEAD_NOT_CHARGED(
            body(rate("WireBytes"), "of", builder -> builder.iload(0).ireturn())),
    /** R12.2: the first phase lasts for ever. */
    LATER_PHASES_IGNORED(
            body(rate("FlowSchedule"), "phaseAt", builder -> builder.iconst_0().ireturn()),
            body(
                    rate("FlowSchedule"),
                    "phaseEndNs",
                    builder -> builder.loadConstant(Long.MAX_VALUE).lreturn())),
    /** R12.4: a table replaces another before its time. */
    TABLE_STARTS_TOO_SOON(after(
            rate("TablePaced"),
            "onDutyCycle",
            callOf("startNs"),
            builder -> builder.pop2().loadConstant(Long.MIN_VALUE))),
    /** R12.4: what a flow sent by the old table does not count in the new one. */
    NEW_TABLE_FORGETS_WHAT_WAS_SENT(after(
            rate("Pacer"),
            "schedule",
            callOf("workBetween"),
            builder -> builder.pop2().lconst_0())),
    /** R12.5: each engine sends all of a flow. */
    EACH_ENGINE_SENDS_WHOLE_FLOW(
            replace(rate("TablePaced"), "pace", callOf("dividedBy"), (builder, _) -> builder.pop())),
    /** R12.6: pauses are read, and not honoured. */
    PAUSE_NOT_HONOURED(body(
            engine("PauseReceiver"), "paused", builder -> builder.iconst_0().ireturn())),
    /** R12.6: a pause never ends. */
    PAUSE_FOR_EVER(body(
            engine("PauseReceiver"), "resume", builder -> builder.iconst_0().ireturn())),
    /** R4.3: PSNs are compared as if they did not wrap. */
    PSN_COMPARED_WITHOUT_WRAP(body(
            engine("Psn"),
            "distance",
            builder -> builder.iload(0).iload(1).isub().ireturn())),
    /** R4.3: the MSNs of messages that are flushed are compared as if they did not wrap. */
    MSN_COMPARED_WITHOUT_WRAP(replace(
            engine("InboundQueue"),
            "passComplete",
            opcode(Opcode.ISUB),
            (builder, _) -> builder.invokestatic(
                    ConstantDescs.CD_Integer,
                    "compareUnsigned",
                    MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int)))),
    /** R1.9: strangers need not show that they can be reached. */
    STRANGERS_NEVER_CHALLENGED(
            body(engine("Peers"), "isChallenging", builder -> builder.iconst_0().ireturn())),
    /** R1.10: what a stranger who gave way was told of this node's incarnation goes on to count. */
    EVICTION_KEEPS_INCARNATION(
            replace(engine("Peers"), "evict", field("PUTFIELD", "incarnation"), (builder, _) -> builder.pop2())),
    /** R1.10: no stranger ever gives way. */
    STRANGERS_NEVER_GIVE_WAY(
            body(engine("Peer"), "evictIfIdle", builder -> builder.iconst_0().ireturn())),
    /** R3.1: every packet of a message carries its first bytes, to their place. */
    EVERY_PACKET_IS_THE_FIRST(body(
            engine("OutboundMessage"), "offset", builder -> builder.lconst_0().lreturn())),
    /** R2.2: a packet that a switch cut is taken for a whole one. */
    TRIMMED_TAKEN_FOR_WHOLE(after(engine("Engine"), "dispatch", callOf("check"), builder -> {
        Label other = builder.newLabel();
        builder.dup()
                .loadConstant(PacketKind.DATA_TRIMMED)
                .if_icmpne(other)
                .pop()
                .loadConstant(PacketKind.DATA)
                .labelBinding(other);
    })),
    /** R11.3: what the operator denies is not heard of by those who choose paths. */
    DENIED_PATHS_USED(body(engine("LanePaths"), "obey", CodeBuilder::return_)),
    /** R11.3: refusals to nodes without a relation take any path. */
    DENIED_PATHS_USED_FOR_STRANGERS(replace(
            engine("Refusals"),
            "nackStranger",
            callOf("after"),
            (builder, _) -> builder.swap()
                    .pop()
                    .iconst_1()
                    .iadd()
                    .bipush(Tunables.ENTROPY_VALUES - 1)
                    .iand()
                    .loadConstant(Tunables.ENTROPY_BASE)
                    .ior())),
    /** R12.2: the line is never busy. */
    LINE_NOT_CHARGED(body(rate("Pacer"), "chargeLine", CodeBuilder::return_)),
    /** R13.1: where WRITEs overlap, their bytes are mixed. */
    OVERLAPPING_BYTES_MIXED(
            replace(engine("DataReceiver"), "takeKept", callOf("copy"), (builder, _) -> copyMixing(builder))),
    /** Frames stay with an endpoint that closes. */
    FRAMES_KEPT(body(engine("Transmitter"), "close", CodeBuilder::return_));

    /** {@code SendFlow.ACKED}: behind IN_FLIGHT, DEFERRED and a list of lost packets for each traffic class. */
    private static final int ACKED = 10;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of; edits hold no state
    private final List<Edit> edits;

    Mutation(Edit... edits) {
        this.edits = List.of(edits);
    }

    /** How it is written into the classes. */
    public List<Edit> edits() {
        return edits;
    }

    /** Instructions that push an int constant. */
    private static Predicate<CodeElement> constant(int value) {
        return element -> element instanceof ConstantInstruction push
                && push.constantValue() instanceof Integer pushed
                && pushed == value;
    }

    private static Predicate<CodeElement> opcode(Opcode opcode) {
        return element -> element instanceof Instruction instruction && instruction.opcode() == opcode;
    }

    /** {@code boolean onTrimmed(int psn, int entropy, long nowNs)}: the packet in flight becomes ACKED and its message is counted down. */
    private static void acknowledgeTrimmed(CodeBuilder builder) {
        ClassDesc flow = desc(engine("SendFlow"));
        ClassDesc message = desc(engine("OutboundMessage"));
        ClassDesc lists = desc(engine("SlotList"));
        MethodTypeDesc intToVoid = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
        int slot = builder.allocateLocal(TypeKind.INT);
        Label inFlight = builder.newLabel();
        builder.iload(1)
                .aload(0)
                .getfield(flow, "mask", ConstantDescs.CD_int)
                .iand()
                .istore(slot);
        builder.aload(0)
                .getfield(flow, "states", ConstantDescs.CD_byte.arrayType())
                .iload(slot)
                .baload()
                .ifeq(inFlight)
                .iconst_0()
                .ireturn()
                .labelBinding(inFlight);
        builder.aload(0).getfield(flow, "lists", lists).iload(slot).invokevirtual(lists, "remove", intToVoid);
        builder.aload(0)
                .getfield(flow, "states", ConstantDescs.CD_byte.arrayType())
                .iload(slot)
                .bipush(ACKED)
                .bastore();
        builder.aload(0)
                .iload(slot)
                .invokevirtual(flow, "message", MethodTypeDesc.of(message, ConstantDescs.CD_int))
                .dup()
                .getfield(message, "unacknowledged", ConstantDescs.CD_int)
                .iconst_1()
                .isub()
                .putfield(message, "unacknowledged", ConstantDescs.CD_int)
                .iconst_1()
                .ireturn();
    }

    /** In place of {@code NativeMemory.copy(from, to, length)}: each byte gets the bits of both. */
    private static void copyMixing(CodeBuilder builder) {
        ClassDesc memory = ClassDesc.of("io.heliograph.bindings.memory.NativeMemory");
        MethodTypeDesc get = MethodTypeDesc.of(ConstantDescs.CD_byte, ConstantDescs.CD_long);
        MethodTypeDesc put = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_byte);
        int length = builder.allocateLocal(TypeKind.LONG);
        int to = builder.allocateLocal(TypeKind.LONG);
        int from = builder.allocateLocal(TypeKind.LONG);
        Label next = builder.newLabel();
        Label end = builder.newLabel();
        builder.lstore(length)
                .lstore(to)
                .lstore(from)
                .labelBinding(next)
                .lload(length)
                .lconst_0()
                .lcmp()
                .ifle(end)
                .lload(length)
                .lconst_1()
                .lsub()
                .lstore(length);
        builder.lload(to)
                .lload(length)
                .ladd()
                .dup2()
                .invokestatic(memory, "getByte", get)
                .lload(from)
                .lload(length)
                .ladd()
                .invokestatic(memory, "getByte", get)
                .ior()
                .i2b()
                .invokestatic(memory, "putByte", put)
                .goto_(next)
                .labelBinding(end);
    }

    private static String engine(String name) {
        return "io.heliograph.transport.engine." + name;
    }

    private static String memory(String name) {
        return "io.heliograph.transport.memory." + name;
    }

    private static String rate(String name) {
        return "io.heliograph.transport.rate." + name;
    }

    private static String wire(String name) {
        return "io.heliograph.transport.wire." + name;
    }

    private static ClassDesc desc(String className) {
        return ClassDesc.of(className);
    }
}
