package io.heliograph.collectives.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Spark job of two executors on this machine, in local-cluster mode: a driver's process, which runs master and workers as well, and a process for each executor. */
final class LocalCluster {
    private static final long PATIENCE_SECONDS = 240;
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    private final Path directory;

    /** Keeps all that Spark leaves behind in a directory that exists. */
    LocalCluster(Path directory) {
        this.directory = directory;
    }

    /**
     * How a driver ended.
     *
     * @param process its number
     * @param code its exit code
     * @param said all that driver and Spark said
     */
    record Run(long process, int code, String said) {}

    /** Runs a driver. */
    Run run(Class<?> driver, String... arguments) throws IOException, InterruptedException {
        Path home = directory.resolve("spark");
        Files.createDirectories(home.resolve("jars")); // Spark looks for it; everything is on the class path below
        Path said = directory.resolve("said");
        String classPath = System.getProperty("java.class.path");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> line = new ArrayList<>(List.of(
                java,
                "-Xmx512m",
                "-Dspark.master=local-cluster[2,1,1024]",
                "-Dspark.ui.enabled=false",
                "-Dspark.executor.memory=512m",
                "-Dspark.executor.extraClassPath=" + classPath,
                "-Dspark.executor.extraJavaOptions=" + String.join(" ", SparkRanks.JAVA_OPTIONS),
                "-Dspark.stage.maxConsecutiveAttempts=1",
                "-Dspark.local.dir=" + directory,
                "--enable-native-access=ALL-UNNAMED"));
        OPENED.forEach(each -> line.add("--add-opens=java.base/" + each + "=ALL-UNNAMED"));
        line.addAll(List.of("-cp", classPath, driver.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(said.toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        // What ranks measure is nothing for the user's own file.
        builder.environment().put("HELIO_COSTS", directory.resolve("costs").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return new Run(
                    process.pid(), ended ? process.exitValue() : -1, Files.readString(said, StandardCharsets.UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
