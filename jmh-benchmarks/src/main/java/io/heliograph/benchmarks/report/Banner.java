package io.heliograph.benchmarks.report;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run does, printed before it starts: every effective option, whether given or default. */
public final class Banner {

    private static final String RULE = "-".repeat(100);
    private static final int NAME_WIDTH = 20;

    private final String title;
    private final Map<String, String> lines = new LinkedHashMap<>();

    /** An empty banner. */
    public Banner(String title) {
        this.title = title;
    }

    /** Adds an option or what follows from it. */
    public Banner with(String name, Object value) {
        lines.put(name, value.toString());
        return this;
    }

    /** The options by name. */
    public Map<String, String> lines() {
        return lines;
    }

    /** Prints it. */
    public void print(PrintWriter out) {
        out.println(RULE);
        out.println(" " + title);
        lines.forEach((name, value) ->
                out.println(" " + name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + value));
        out.println(RULE);
        out.flush();
    }
}
