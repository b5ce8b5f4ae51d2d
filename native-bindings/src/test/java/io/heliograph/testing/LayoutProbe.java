package io.heliograph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks the C compiler for sizes, offsets and constants, and compares them with ours. Skips where there is no compiler or header. */
public final class LayoutProbe {
    private final List<String> headers;
    private final String packageName;
    private final Map<String, Long> expected = new LinkedHashMap<>();

    /** @param packageName pkg-config's name of what brings the headers */
    public LayoutProbe(String packageName, String... headers) {
        this.packageName = packageName;
        this.headers = List.of(headers);
    }

    public LayoutProbe size(String struct, long bytes) {
        return value("sizeof(struct " + struct + ")", bytes);
    }

    public LayoutProbe offset(String struct, String field, long bytes) {
        return value("offsetof(struct " + struct + ", " + field + ")", bytes);
    }

    /** How many bytes a field has. */
    public LayoutProbe width(String struct, String field, long bytes) {
        return value("sizeof(((struct " + struct + " *) 0)->" + field + ")", bytes);
    }

    /** Any integer expression, statement expressions of GNU C included. */
    public LayoutProbe value(String expression, long value) {
        expected.put(expression, value);
        return this;
    }

    /** The version of the headers. */
    public static String version(String packageName) throws IOException, InterruptedException {
        List<String> version = run(List.of("pkg-config", "--modversion", packageName));
        assumeTrue(!version.isEmpty(), "headers or pkg-config absent: package=" + packageName);
        return version.getFirst();
    }

    /** Compiles and runs the probe in {@code directory}. */
    public void check(Path directory) throws IOException, InterruptedException {
        assumeTrue(!run(List.of("gcc", "--version")).isEmpty(), "gcc absent");
        version(packageName);
        Path source = directory.resolve("probe.c");
        Path program = directory.resolve("probe");
        Files.writeString(source, source());
        List<String> compile = new ArrayList<>(List.of("gcc", "-w", "-D_GNU_SOURCE", "-o", program.toString()));
        for (String flag :
                run(List.of("pkg-config", "--cflags", packageName)).getFirst().split(" +", -1)) {
            if (!flag.isEmpty()) {
                compile.add(flag);
            }
        }
        compile.add(source.toString());
        Process compiler = new ProcessBuilder(compile).redirectErrorStream(true).start();
        String complaints = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), complaints);

        StringBuilder ours = new StringBuilder();
        expected.forEach((expression, value) ->
                ours.append(expression).append(" = ").append(value).append('\n'));
        assertEquals(ours.toString().strip(), String.join("\n", run(List.of(program.toString()))));
    }

    private String source() {
        StringBuilder source = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n");
        headers.forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void)\n{\n");
        for (String expression : expected.keySet()) {
            source.append("    printf(\"%s = %lld\\n\", \"").append(expression).append("\", (long long) (");
            source.append(expression).append("));\n");
        }
        return source.append("    return 0;\n}\n").toString();
    }

    /** Lines of its output; none where the program is absent or fails. */
    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return List.of(); // no such program
        }
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return process.waitFor() == 0 ? lines : List.of();
    }
}
