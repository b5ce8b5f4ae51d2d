package io.heliograph.benchmarks.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What a command printed and how it ended, run in this process.
 *
 * @param code its exit code
 * @param out standard output
 * @param err standard error
 */
record HelioRun(int code, String out, String err) {

    static HelioRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Helio.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new HelioRun(code, out.toString(), err.toString());
    }

    @Override
    public String toString() {
        return "exit code " + code + "\n" + out + err;
    }
}
