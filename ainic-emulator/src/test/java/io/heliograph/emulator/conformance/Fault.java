package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.transport.simulation.mutation.Edit;
import io.heliograph.transport.simulation.mutation.MutatingLoader;
import io.heliograph.transport.simulation.mutation.Mutation;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A device with one broken rule: the endpoint with a bug written into its classes as they are loaded, or with a fault at its cable. */
enum Fault {
    DUPLICATES_PLACED("R4.1", Mutation.NO_DUPLICATE_SUPPRESSION),
    RECEIVED_BIT_LOST("R6.5", Mutation.LOST_RECEIVED_BIT),
    SACK_BITMAP_OFF_BY_ONE("R6.5", Mutation.SACK_BITMAP_OFF_BY_ONE),
    SEND_WINDOW_UNBOUNDED("R4.3", Mutation.SEND_WINDOW_UNBOUNDED),
    IMMEDIATE_BEFORE_DATA("R5.1", Mutation.EARLY_IMMEDIATE),
    FENCE_IGNORED_BY_RECEIVER("R5.2", Mutation.FENCE_IGNORED_BY_RECEIVER),
    FENCE_IGNORED_BY_SENDER("R6.1", Mutation.FENCE_IGNORED_BY_SENDER),
    VOID_FORGOTTEN("R5.3", Mutation.VOID_NOT_REMEMBERED),
    HORIZON_IS_OWN_MESSAGE("R5.3", Mutation.HORIZON_IS_OWN_MESSAGE),
    COMPLETION_BEFORE_ACKNOWLEDGEMENT("R6.1", Mutation.COMPLETION_BEFORE_ACKNOWLEDGEMENT),
    TRIM_NOTICE_ACKNOWLEDGES("R9.3", Mutation.TRIM_NOTICE_ACKNOWLEDGES),
    RETRANSMISSION_UNDER_NEW_PSN("R10.1", Mutation.RETRANSMISSION_UNDER_NEW_PSN),
    TIMER_DEAD("R9.2", Mutation.TIMER_DEAD),
    VOID_NEVER_SENT("R8.3", Mutation.VOID_NEVER_SENT),
    SLOTS_OVERRUN("R7.1", Mutation.SLOT_EXHAUSTION_IGNORED),
    WAITING_IMMEDIATE_DROPPED("R7.2", Mutation.SLOT_EXHAUSTION_DROPS_IMMEDIATE),
    HALF_A_KEY("R8.1", Mutation.HALF_A_KEY_CHECK),
    NO_PERMISSION_CHECK("R8.1", Mutation.NO_PERMISSION_CHECK),
    DEREGISTRATION_IGNORED("R8.5", Mutation.DEREGISTRATION_NOT_HONOURED),
    STALE_INCARNATION_ACCEPTED("R1.5", Mutation.STALE_INCARNATION_ACCEPTED),
    RECEIVED_BEFORE_RESTART_COUNTS("R1.4", Mutation.RECEIVED_BEFORE_RESTART_COUNTS),
    NO_ICRC_CHECK("R9.4", Mutation.NO_ICRC_CHECK),
    TAIL_NEVER_PROBED(
            "R9.7",
            Edit.body(
                    "io.heliograph.transport.engine.RttEstimator",
                    "probeTimeoutNs",
                    builder -> builder.loadConstant(Long.MAX_VALUE).lreturn())),
    UNDELIVERABLE_TOO_SOON("R9.6", Mutation.UNDELIVERABLE_TOO_SOON),
    UNDELIVERABLE_WHEN_HEARD(
            "R9.6",
            Edit.body(
                    "io.heliograph.transport.engine.Peer",
                    "reachedSentNs",
                    builder -> builder.aload(0)
                            .getfield(
                                    ClassDesc.of("io.heliograph.transport.engine.Peer"),
                                    "lastHeardNs",
                                    ConstantDescs.CD_long)
                            .lreturn())),
    NO_HANDOVER("R10.3", Mutation.NO_HANDOVER),
    RETRANSMISSIONS_NOT_CHARGED("R12.2", Mutation.RETRANSMISSIONS_NOT_CHARGED),
    WIRE_OVERHEAD_NOT_CHARGED("R12.2", Mutation.WIRE_OVERHEAD_NOT_CHARGED),
    NEW_TABLE_FORGETS("R12.4", Mutation.NEW_TABLE_FORGETS_WHAT_WAS_SENT),
    EACH_ENGINE_SENDS_WHOLE_FLOW("R12.5", Mutation.EACH_ENGINE_SENDS_WHOLE_FLOW),
    PAUSE_NOT_HONOURED("R12.6", Mutation.PAUSE_NOT_HONOURED),
    PAUSE_FOR_EVER("R12.6", Mutation.PAUSE_FOR_EVER),
    LINK_NEVER_PAUSED(
            "R12.7",
            Edit.body(
                    "io.heliograph.transport.engine.PauseSender",
                    "toPause",
                    builder -> builder.iconst_0().ireturn())),
    LINK_PAUSED_FOR_LONG(
            "R12.7",
            Edit.body(
                    "io.heliograph.transport.engine.PauseSender",
                    "toResume",
                    builder -> builder.iconst_0().ireturn())),
    SUSPECTED_PATHS_NEVER_USED(
            "R11.8",
            Edit.replace(
                    "io.heliograph.transport.path.AdaptiveSpray",
                    "nextEntropy",
                    Edit.callOf("nextOfEither"),
                    (builder, _) -> {
                        int cursor = builder.allocateLocal(TypeKind.INT);
                        builder.istore(cursor)
                                .pop()
                                .iload(cursor)
                                .invokevirtual(
                                        ClassDesc.of("io.heliograph.transport.path.PathBits"),
                                        "next",
                                        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int));
                    })),
    PSN_COMPARED_WITHOUT_WRAP("R4.3", Mutation.PSN_COMPARED_WITHOUT_WRAP),
    STRANGERS_NEVER_CHALLENGED("R1.9", Mutation.STRANGERS_NEVER_CHALLENGED),
    STRANGERS_NEVER_GIVE_WAY("R1.10", Mutation.STRANGERS_NEVER_GIVE_WAY),
    EVICTION_KEEPS_INCARNATION("R1.10", Mutation.EVICTION_KEEPS_INCARNATION),
    EVERY_PACKET_IS_THE_FIRST("R3.1", Mutation.EVERY_PACKET_IS_THE_FIRST),
    FIRST_BYTE_OF_BOUNDS_NOT_CHECKED(
            "R8.1",
            Edit.after(
                    "io.heliograph.transport.memory.RegionTable",
                    "contains",
                    is(Opcode.LSUB),
                    builder -> builder.lconst_1().ladd())),
    PACING_ONE_PERCENT_FAST("R12.2", device -> new FaultyWire(device) {
        @Override
        public void loadRates(String table) {
            StringBuilder faster = new StringBuilder();
            for (String line : table.split("\n", -1)) {
                int comma = line.lastIndexOf(',');
                boolean isFlow = line.contains(",,,");
                faster.append(
                                isFlow
                                        ? line.substring(0, comma + 1)
                                                + Long.parseLong(line.substring(comma + 1)) * 101 / 100
                                        : line)
                        .append('\n');
            }
            super.loadRates(table.isEmpty() ? "" : faster.toString());
        }
    }),
    ICRC_OVER_TIME_TO_LIVE("R2.2", device -> new FaultyWire(device) {
        @Override
        byte[] sentFrame(byte[] frame) {
            byte[] wrong = frame.clone();
            wrong[wrong.length - 1] ^= 0x40;
            return wrong;
        }
    }),
    TRIMMED_FRAME_PLACED("R9.3", device -> new FaultyWire(device) {
        @Override
        public void deliver(byte[] frame) {
            WirePacket packet = codec.decode(frame, 0);
            if (packet == null || !codec.isTrimmed()) {
                super.deliver(frame);
                return;
            }
            // Takes what is there for the payload: here all zeros.
            WirePacket whole = new WirePacket(
                    packet.kind(),
                    packet.source(),
                    packet.destination(),
                    packet.fields(),
                    new byte[packet.getInt(PacketField.LENGTH)],
                    0,
                    new byte[0]);
            super.deliver(codec.encode(whole));
        }
    }),
    ENTROPY_BELOW_RANGE("R11.1", changing(WireKind.DATA, PacketField.ENTROPY, value -> value & 0x7FFF)),
    CONTROL_OF_CLASS_0("R12.6", changing(WireKind.SACK, PacketField.CLASS, value -> 0L)),
    NACK_TO_ENGINE_0("R10.2", changing(WireKind.NACK, PacketField.TO_ENGINE, value -> 0L)),
    SACK_TO_QUEUE_0("R10.2", changing(WireKind.SACK, PacketField.TO_QUEUE, value -> 0L)),
    PROBE_ANSWERED_WITH_OTHER_NONCE("R1.8", changing(WireKind.ANSWER, PacketField.NONCE, value -> value ^ 1)),
    CONTROL_WITHOUT_DESTINATION("R1.7", changing(WireKind.SACK, PacketField.DST, value -> 0L)),
    DATA_WITH_STALE_INCARNATION("R1.2", changing(WireKind.DATA, PacketField.SRC, value -> value - 1)),
    ACKNOWLEDGES_ONE_TOO_MANY("R6.2", changing(WireKind.SACK, PacketField.CUMULATIVE, value -> value + 1)),
    N_OFF_BY_ONE("R2.1", changing(WireKind.DATA, PacketField.OF, value -> value + 1)),
    ACKNOWLEDGEMENT_NOT_WANTED("R6.4", changing(WireKind.DATA, PacketField.ACK, value -> 0L)),
    MSN_SKIPS("R1.2", changing(WireKind.DATA, PacketField.MSN, value -> 2 * value + 1)),
    WRONG_REASON("R1.6", changing(WireKind.NACK, PacketField.REASON, value -> value == 0x85 ? 0x84 : value)),
    TRIM_NOTICE_FOR_NEXT_PSN("R9.3", changing(WireKind.NACK, PacketField.PSN, value -> value + 1)),
    DENIED_PATH_USED("R11.3", device -> new FaultyWire(device) {
        @Override
        public void denyPath(String peer, int entropy) {
            // Forgets it.
        }
    }),
    RETRANSMITS_TWICE("R9.1", device -> new FaultyWire(device) {
        @Override
        public List<SentFrame> take() {
            List<SentFrame> twice = new ArrayList<>();
            for (SentFrame each : super.take()) {
                twice.add(each);
                WirePacket packet = codec.decode(each.bytes(), each.timeNs());
                if (packet != null && packet.kind() == WireKind.DATA && (packet.getInt(PacketField.FLAGS) & 4) != 0) {
                    twice.add(each);
                }
            }
            return twice;
        }
    });

    private final String rule;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of; edits hold no state
    private final List<Edit> edits;

    @SuppressWarnings("ImmutableEnumChecker") // holds no state
    private final UnaryOperator<DeviceUnderTest> wire;

    Fault(String rule, Mutation mutation) {
        this(rule, mutation.edits(), device -> device);
    }

    Fault(String rule, Edit edit) {
        this(rule, List.of(edit), device -> device);
    }

    Fault(String rule, UnaryOperator<DeviceUnderTest> wire) {
        this(rule, List.of(), wire);
    }

    Fault(String rule, List<Edit> edits, UnaryOperator<DeviceUnderTest> wire) {
        this.rule = rule;
        this.edits = edits;
        this.wire = wire;
    }

    /** The rule that it breaks. */
    String rule() {
        return rule;
    }

    /** Makes devices with this fault. */
    DeviceFactory devices() {
        if (edits.isEmpty()) {
            return setup -> wire.apply(EndpointDevice.open(setup));
        }
        return loaded(
                new MutatingLoader(
                        edits,
                        name -> name.startsWith("io.heliograph.transport.")
                                || name.startsWith("io.heliograph.emulator.conformance.dut.")),
                EndpointDevice.class);
    }

    /** Devices of a class, loaded a second time, with edits. */
    static DeviceFactory loaded(MutatingLoader loader, Class<?> device) {
        try {
            Class<?> type = loader.loadClass(device.getName());
            MethodHandle open = MethodHandles.publicLookup()
                    .findStatic(type, "open", MethodType.methodType(type, DeviceSetup.class))
                    .asType(MethodType.methodType(DeviceUnderTest.class, DeviceSetup.class));
            return setup -> {
                try {
                    return (DeviceUnderTest) open.invokeExact(setup);
                } catch (RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Predicate<CodeElement> is(Opcode opcode) {
        return element -> element instanceof Instruction instruction && instruction.opcode() == opcode;
    }

    private static UnaryOperator<DeviceUnderTest> changing(
            WireKind kind, PacketField field, UnaryOperator<Long> change) {
        return device -> new FaultyWire(device) {
            @Override
            @Nullable
            WirePacket sent(WirePacket packet) {
                return packet.kind() == kind && packet.has(field)
                        ? with(packet, field, change.apply(packet.get(field)))
                        : packet;
            }
        };
    }
}
