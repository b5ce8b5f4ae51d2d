package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.serve.ModelTable;
import io.heliograph.offload.serve.ServedDevice;
import io.heliograph.offload.serve.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models of a server by their numbers: loaded at the start, and loaded again while queries run when a file of theirs changes. One that cannot be read then is told of, and the former stays.
 */
final class ServedModels implements AutoCloseable {

    private final Map<Integer, FileTime> seen = new LinkedHashMap<>();
    private final ModelTable table;
    private final ServedDevice device;
    private final PrintWriter err;
    private final FileWatch watch;

    /**
     * Loads them and watches their files.
     *
     * @param device what they are served on
     * @throws EnvironmentException if one cannot be read
     */
    ServedModels(Map<Integer, ModelSource> sources, ModelTable table, ServedDevice device, PrintWriter err) {
        this.device = device;
        this.table = table;
        this.err = err;
        sources.forEach((number, source) -> {
            remember(number, source.modified());
            try {
                table.put(number, ServedModel.load(source::load, device, table.threads()));
            } catch (IOException | IllegalArgumentException e) {
                throw new EnvironmentException(
                        "cannot load model " + number + " from " + source + ": " + e.getMessage()
                                + "; name one that can be read",
                        e);
            }
        });
        watch = new FileWatch("model-files", () -> sources.forEach(this::look));
    }

    private void remember(int number, @Nullable FileTime time) {
        if (time != null) {
            seen.put(number, time);
        }
    }

    private void look(int number, ModelSource source) {
        FileTime now = source.modified();
        if (now == null || now.equals(seen.get(number))) {
            return;
        }
        remember(number, now);
        try {
            table.put(number, ServedModel.load(source::load, device, table.threads()));
            say("loaded model " + number + " again from " + source);
        } catch (IOException | IllegalArgumentException e) {
            say("cannot load model " + number + " again from " + source + ": " + e.getMessage()
                    + "; the former one stays");
        }
    }

    private void say(String what) {
        err.println("helio: " + what);
        err.flush();
    }

    @Override
    public void close() {
        watch.close();
    }
}
