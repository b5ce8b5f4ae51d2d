package io.heliograph.benchmarks.tour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.LegResult.Outcome;
import io.heliograph.benchmarks.tour.QueryLegResult.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Takes queries over a leg as real packets: a process serves, another asks and holds every answer against the integer semantics, the first ones against a datapath that it steps itself. */
public final class QueryTour {

    /** The model that is shipped. */
    private static final String MODEL = "digits";

    private static final String DIGITS = "200";
    private static final String STEPPED_IMAGES = "5";
    private static final String QUERIES = "5000";
    private static final String OUTSTANDING = "8";
    private static final String WARMUP_SECONDS = "1";
    private static final String TIMEOUT_SECONDS = "20";
    private static final String SERVER = "198.18.0.1";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LIMIT_SECONDS = 60;
    private static final int PASSED = 0;
    private static final int ENVIRONMENT = 3;

    private final Path work;
    private final Consumer<String> progress;

    /**
     * @param work an empty directory for reports
     * @param progress is told what happens
     */
    public QueryTour(Path work, Consumer<String> progress) {
        this.work = work;
        this.progress = progress;
    }

    /** Takes a leg; what goes wrong on it is in the result. */
    public QueryLegResult take(Leg leg) throws IOException, InterruptedException {
        progress.accept(leg.name() + ": asking a photonic datapath by packets");
        Path report = work.resolve("queries.json");
        Files.deleteIfExists(report);
        List<String> serve = new ArrayList<>(List.of("serve-inference", "--model", "0=" + MODEL));
        List<String> ask = new ArrayList<>(List.of(
                "infer",
                "--to",
                SERVER,
                "--check-by",
                MODEL,
                "--digits",
                DIGITS,
                "--step-locally",
                STEPPED_IMAGES,
                "--queries",
                QUERIES,
                "--outstanding",
                OUTSTANDING,
                "--warmup",
                WARMUP_SECONDS,
                "--timeout",
                TIMEOUT_SECONDS,
                "--json",
                report.toString()));
        serve.addAll(leg.options());
        ask.addAll(leg.options());
        try (ChildProcess serving = ChildProcess.start(leg.serverPrefix(), work.resolve("queries-server.log"), serve);
                ChildProcess asking = ChildProcess.start(leg.clientPrefix(), work.resolve("queries-client.log"), ask)) {
            for (int second = 0; second < LIMIT_SECONDS && asking.process().isAlive(); second++) {
                if (!serving.process().isAlive()) {
                    return judge(leg, serving, serving.process().exitValue());
                }
                asking.process().waitFor(1, TimeUnit.SECONDS);
            }
            int code = asking.await(0);
            return code == PASSED ? merge(leg, JSON.readTree(report.toFile())) : judge(leg, asking, code);
        }
    }

    private static QueryLegResult judge(Leg leg, ChildProcess culprit, int code) {
        String why = culprit.lastSentence();
        return QueryLegResult.of(
                code == ENVIRONMENT ? LegResult.skipped(leg, why) : LegResult.failed(leg, "queries: " + why));
    }

    private static QueryLegResult merge(Leg leg, JsonNode report) {
        JsonNode row = report.path("results").path(0);
        Figures figures = new Figures(
                row.path("queries").asLong(),
                row.path("results").asLong(),
                row.path("wrong").asLong(-1),
                row.path("resultsPerWallSecond").asDouble(),
                row.path("t50Us").asDouble(),
                row.path("t99Us").asDouble(),
                row.path("emulatedMicrosecondsPerQuery").asDouble(),
                row.path("heapBytesPerQuery").asDouble());
        boolean right = figures.wrong() == 0 && figures.results() == figures.queries();
        return new QueryLegResult(
                leg,
                right ? Outcome.PASSED : Outcome.FAILED,
                right ? "" : "answers are missing or are not those of the integer semantics",
                figures);
    }
}
