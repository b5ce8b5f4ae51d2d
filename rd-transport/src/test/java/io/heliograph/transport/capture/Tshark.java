package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Wireshark on the command line: runs it over a capture and tells fields by name. */
final class Tshark {
    private static final Path LUA = Path.of("scripts", "heliograph.lua");

    private Tshark() {}

    /** Skips the test where there is no tshark. */
    static void assumePresent() {
        boolean present = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
        assumeTrue(present, "tshark is not installed");
    }

    /** Skips the test where tshark does not run Lua, as some distributions have it for the superuser. */
    static void assumeLua(Path capture) throws IOException, InterruptedException {
        assumePresent();
        Path script = Files.createTempFile("probe", ".lua");
        try {
            Files.writeString(script, "print('lua runs')\n");
            String output = run(List.of("tshark", "-X", "lua_script:" + script, "-r", capture.toString()));
            assumeTrue(
                    output.contains("lua runs"),
                    "tshark runs no Lua scripts here; for the superuser see run_user_scripts_when_superuser in its init.lua");
        } finally {
            Files.delete(script);
        }
    }

    /** One map for each frame, from the field's name to its first value; absent fields are empty. */
    static List<Map<String, String>> fields(Path capture, boolean withLua, List<String> names)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
        command.addAll(List.of("-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"));
        if (withLua) {
            command.addAll(List.of("-X", "lua_script:" + lua()));
        }
        command.addAll(List.of("-T", "fields", "-E", "separator=|", "-E", "occurrence=f"));
        for (String name : names) {
            command.addAll(List.of("-e", name));
        }
        List<Map<String, String>> frames = new ArrayList<>();
        run(command).lines().forEach(line -> {
            String[] values = line.split("\\|", -1);
            Map<String, String> frame = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                frame.put(names.get(i), values[i]);
            }
            frames.add(frame);
        });
        return frames;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("tshark", ".err");
        try {
            // Its warning about the superuser goes to the error stream of every run.
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            assertEquals(0, exit, () -> command + " says " + read(errors));
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Path lua() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(LUA))) {
                return folder.resolve(LUA);
            }
        }
        throw new IllegalStateException("not in any folder above: file=" + LUA);
    }
}
