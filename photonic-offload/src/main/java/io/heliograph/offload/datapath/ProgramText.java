package io.heliograph.offload.datapath;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The text form of a program, which people read and write; what follows a {@code #} is a comment.
 *
 * <pre>
 * datapath NAME {
 *     lanes 16
 *     wavelengths 1                            may be left out
 *     layer INPUTS -&gt; OUTPUTS [pool WINDOW]    one line a layer
 *     stage NAME : KIND {
 *         in PORT &lt;- STAGE[.OUTPUT] [+CYCLES]    what feeds a port, through so many registers
 *         set SETTING VALUE...                 one value, or one a layer
 *         counts  { COUNT on EVENT; ... }
 *         targets { COUNT VALUE...; ... }      one value, or one a layer; 0: not in this layer
 *         actions { COUNT ACTION...; ... }     what fires when the count meets its target
 *     }
 * }
 * </pre>
 */
public final class ProgramText {

    private static final String INDENT = "    ";

    private ProgramText() {}

    /**
     * Reads a program and checks it.
     *
     * @param file what errors call the text
     * @throws ProgramException if it is not right, with the line
     */
    public static DatapathProgram parse(String file, String text) {
        DatapathProgram program = new ProgramParser(file, text).parse();
        ProgramValidator.check(file, program);
        return program;
    }

    /** Writes a program; {@link #parse} reads it back as it was. */
    public static String write(DatapathProgram program) {
        StringBuilder text = new StringBuilder();
        text.append("datapath ").append(program.name()).append(" {\n");
        text.append(INDENT).append("lanes ").append(program.lanes()).append('\n');
        if (program.wavelengths() > 1) {
            text.append(INDENT)
                    .append("wavelengths ")
                    .append(program.wavelengths())
                    .append('\n');
        }
        for (int layer = 0; layer < program.layers(); layer++) {
            text.append(INDENT)
                    .append("layer ")
                    .append(program.inputs().get(layer))
                    .append(" -> ");
            text.append(program.outputs().get(layer));
            int window = program.windows().get(layer);
            text.append(window == 1 ? "" : " pool " + window).append('\n');
        }
        for (StageSpec stage : program.stages()) {
            write(stage, text);
        }
        return text.append("}\n").toString();
    }

    private static void write(StageSpec stage, StringBuilder text) {
        String inner = INDENT + INDENT;
        text.append('\n').append(INDENT).append("stage ").append(stage.name()).append(" : ");
        text.append(stage.kind().text()).append(" {\n");
        for (StageInput input : stage.inputs()) {
            text.append(inner).append("in ").append(input.port()).append(" <- ").append(input.source());
            text.append('.').append(input.output());
            if (input.delayCycles() > 0) {
                text.append(" +").append(input.delayCycles());
            }
            text.append('\n');
        }
        new TreeMap<>(stage.settings()).forEach((name, values) -> {
            text.append(inner).append("set ").append(name);
            appendNumbers(text, values);
            text.append('\n');
        });
        if (!stage.rules().isEmpty()) {
            List<String> counts = new ArrayList<>();
            List<String> targets = new ArrayList<>();
            List<String> actions = new ArrayList<>();
            for (CountRule rule : stage.rules()) {
                counts.add(rule.name() + " on " + rule.event());
                StringBuilder values = new StringBuilder(rule.name());
                appendNumbers(values, rule.targets());
                targets.add(values.toString());
                actions.add(rule.name() + " " + String.join(" ", rule.actions()));
            }
            text.append(inner)
                    .append("counts  { ")
                    .append(String.join("; ", counts))
                    .append(" }\n");
            text.append(inner)
                    .append("targets { ")
                    .append(String.join("; ", targets))
                    .append(" }\n");
            text.append(inner)
                    .append("actions { ")
                    .append(String.join("; ", actions))
                    .append(" }\n");
        }
        text.append(INDENT).append("}\n");
    }

    private static void appendNumbers(StringBuilder text, List<Integer> values) {
        for (int value : values) {
            text.append(' ').append(value);
        }
    }
}
