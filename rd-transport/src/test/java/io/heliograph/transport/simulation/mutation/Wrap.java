package io.heliograph.transport.simulation.mutation;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import java.util.function.Predicate;

/** Not a bug: lets every flow begin a few PSNs before they wrap, and every queue a few MSNs before, at senders and receivers alike. */
final class Wrap {
    private static final String ENGINE = "io.heliograph.transport.engine.";
    private static final int FIRST_PSN = (1 << 24) - 10;
    private static final int FIRST_MSN = -4;
    private static final String CONSTRUCTOR = "<init>";

    private Wrap() {}

    static List<Edit> edits() {
        return List.of(
                beginsWith("SendFlow", "basePsn", FIRST_PSN),
                beginsWith("SendFlow", "nextPsn", FIRST_PSN),
                beginsWith("ReceiveFlow", "cumulativePsn", FIRST_PSN),
                beginsWith("InboundQueue", "firstUndone", FIRST_MSN),
                beginsWith("InboundQueue", "firstIncomplete", FIRST_MSN),
                beginsWith("OutboundQueue", "nextMsn", FIRST_MSN),
                Edit.before(
                        ENGINE + "OutboundQueue",
                        "abandon",
                        Edit.field("PUTFIELD", "nextMsn"),
                        builder -> builder.pop().loadConstant(FIRST_MSN)));
    }

    private static Edit beginsWith(String className, String field, int value) {
        Predicate<CodeElement> isReturn =
                element -> element instanceof Instruction instruction && instruction.opcode() == Opcode.RETURN;
        return Edit.before(
                ENGINE + className,
                CONSTRUCTOR,
                isReturn,
                builder -> builder.aload(0)
                        .loadConstant(value)
                        .putfield(ClassDesc.of(ENGINE + className), field, ConstantDescs.CD_int));
    }
}
