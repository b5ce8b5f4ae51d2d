package io.heliograph.benchmarks.soak;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file of lines while another process writes it. */
final class LineTail implements AutoCloseable {

    private final Path file;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable InputStream bytes;

    LineTail(Path file) {
        this.file = file;
    }

    /** The lines that ended since the last call; none while there is no file. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        InputStream opened = bytes;
        if (opened == null) {
            if (!Files.exists(file)) {
                return lines;
            }
            opened = new FileInputStream(file.toFile());
            bytes = opened;
        }
        for (byte each : opened.readAllBytes()) {
            if (each == '\n') {
                lines.add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(each);
            }
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        if (bytes != null) {
            bytes.close();
        }
    }
}
