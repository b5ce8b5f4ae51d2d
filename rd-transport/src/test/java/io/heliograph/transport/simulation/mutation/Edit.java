package io.heliograph.transport.simulation.mutation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * One change to the code of one method, or of all methods of that name.
 *
 * @param className binary name
 * @param method its name, or {@link #ANY_METHOD}
 * @param transform makes the change and reports how many places it changed
 */
public record Edit(String className, String method, Transform transform) {
    /** Stands for every method of a class. */
    public static final String ANY_METHOD = "*";

    boolean isFor(String name) {
        return method.equals(ANY_METHOD) || method.equals(name);
    }

    /** Makes a code transform that reports each place that it changes. */
    @FunctionalInterface
    public interface Transform {
        CodeTransform of(IntConsumer changed);
    }

    /** Puts other code in place of all of the method's; it ends with a return. */
    public static Edit body(String className, String method, Consumer<CodeBuilder> code) {
        return new Edit(className, method, changed -> new CodeTransform() {
            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                // Nothing of the method stays.
            }

            @Override
            public void atEnd(CodeBuilder builder) {
                changed.accept(1);
                code.accept(builder);
            }
        });
    }

    /** Puts code in front of the method's. */
    public static Edit entry(String className, String method, Consumer<CodeBuilder> code) {
        return new Edit(className, method, changed -> new CodeTransform() {
            @Override
            public void atStart(CodeBuilder builder) {
                changed.accept(1);
                code.accept(builder);
            }

            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                builder.with(element);
            }
        });
    }

    /** Puts code behind each of the method's instructions that fits. */
    public static Edit after(String className, String method, Predicate<CodeElement> fits, Consumer<CodeBuilder> code) {
        return replace(className, method, fits, (builder, element) -> {
            builder.with(element);
            code.accept(builder);
        });
    }

    /** Puts code in front of each of the method's instructions that fits. */
    public static Edit before(
            String className, String method, Predicate<CodeElement> fits, Consumer<CodeBuilder> code) {
        return replace(className, method, fits, (builder, element) -> {
            code.accept(builder);
            builder.with(element);
        });
    }

    /** What to write for an instruction. */
    @FunctionalInterface
    public interface Replacement {
        void write(CodeBuilder builder, CodeElement element);
    }

    /** Puts code in place of each of the method's instructions that fits. */
    public static Edit replace(String className, String method, Predicate<CodeElement> fits, Replacement code) {
        return new Edit(className, method, changed -> (builder, element) -> {
            if (fits.test(element)) {
                changed.accept(1);
                code.write(builder, element);
            } else {
                builder.with(element);
            }
        });
    }

    /** Calls of a method, whatever its owner. */
    public static Predicate<CodeElement> callOf(String name) {
        return element ->
                element instanceof InvokeInstruction call && call.name().equalsString(name);
    }

    /** Reads or writes of a field, as the instruction's name says. */
    public static Predicate<CodeElement> field(String opcode, String name) {
        return element -> element instanceof FieldInstruction access
                && access.opcode().name().equals(opcode)
                && access.name().equalsString(name);
    }
}
