package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes on this machine: started by the command itself, by {@code helio launch}, and by the mpirun of Open MPI and MPICH where they are installed. */
@Timeout(300)
class CollectiveCommandsTest {
    private static final List<String> BRIEF =
            List.of("-b", "256", "-e", "4k", "-f", "16", "-D", "0.01", "-w", "0", "--costs", "off");

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allreduce -o avg -d half",
                "allgather",
                "reducescatter -o max -d int8",
                "alltoall -d double",
                "broadcast -r 1",
                "sendrecv",
                "allreduce -n 3 --port shm:commands --mtu 9000 --peer-timeout 60",
                "reducescatter --endpoint packet --engines 2 --fault loss=0.01,reorder=0.01 --peer-timeout 60",
                "alltoall --port shm:commands --agent",
                "broadcast --port shm:commands --address 2001:2::1 --peer-timeout 60",
                "sendrecv --endpoint auto --port shm:commands"
            })
    void shouldMeasureAndFindNothingWrong(String command) throws IOException {
        Path json = directory.resolve("run.json");
        Path plot = directory.resolve("run.svg");
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.addAll(BRIEF);
        line.addAll(List.of("--json", json.toString(), "--plot", plot.toString()));
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assertEquals(0, run.code(), run::toString);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertTrue(document.path("passed").asBoolean(), document::toString);
        boolean inPlace = !command.startsWith("alltoall") && !command.startsWith("sendrecv");
        assertEquals(inPlace ? 4 : 2, document.path("results").size());
        for (JsonNode row : document.path("results")) {
            assertEquals(0, row.path("wrong").asInt(), row::toString);
            assertTrue(row.path("checked").asBoolean(), row::toString);
            assertTrue(row.path("timeBestNs").asDouble() > 0, row::toString);
            assertTrue(row.path("calls").asInt() >= 5, row::toString);
            assertTrue(row.path("count").asInt() > 0, row::toString);
            assertTrue(row.path("memoryCopyGBPerSecond").asDouble() > 0, row::toString);
            assertTrue(row.path("memoryAddGBPerSecond").asDouble() > 0, row::toString);
            double share = row.path("shareOfLimit").asDouble();
            assertEquals(
                    row.path("busbwGBPerSecond").asDouble(),
                    share * row.path("busbwLimitGBPerSecond").asDouble(),
                    1e-9,
                    row::toString);
            assertTrue(share > 0, row::toString);
            boolean byPackets = command.contains("packet") || command.contains("--port") && !command.contains("auto");
            assertEquals(byPackets ? "packet" : "direct", row.path("carrier").asText(), row::toString);
        }
        String drawing = Files.readString(plot);
        assertTrue(drawing.contains("what the memory would allow"), drawing);
        assertEquals(inPlace, drawing.contains("in place"), drawing);
    }

    @Test
    void shouldMeasureCostsOnceAndSayWhichAlgorithmWasTaken() throws IOException {
        Path costs = directory.resolve("costs");
        List<String> line = new ArrayList<>(List.of("allreduce", "-n", "2"));
        line.addAll(BRIEF.subList(0, BRIEF.size() - 1));
        line.add(costs.toString());
        HelioRun first = HelioRun.of(line.toArray(String[]::new));
        assertEquals(0, first.code(), first::toString);
        assertTrue(first.out().contains("kept in " + costs), first::toString);
        Path json = directory.resolve("run.json");
        line.addAll(List.of("--json", json.toString()));
        HelioRun second = HelioRun.of(line.toArray(String[]::new));
        assertTrue(second.out().contains("from " + costs), second::toString);
        String taken = new JsonMapper()
                .readTree(json.toFile())
                .path("results")
                .path(0)
                .path("algorithm")
                .asText();
        assertTrue(!taken.isEmpty() && second.out().contains(taken), second::toString);
    }

    @Test
    void shouldRunAProgramInMscclsXml() throws IOException {
        Path program = directory.resolve("exchange.xml");
        Files.writeString(program, """
            <algo name="exchange" proto="LL" nchannels="1" nchunksperloop="1" ngpus="2" coll="allreduce" inplace="0">
              <gpu id="0" i_chunks="1" o_chunks="1" s_chunks="0"><tb id="0" send="1" recv="1" chan="0">
                <step s="0" type="s" srcbuf="i" srcoff="0"/>
                <step s="1" type="rrc" srcbuf="i" srcoff="0" dstbuf="o" dstoff="0"/>
              </tb></gpu>
              <gpu id="1" i_chunks="1" o_chunks="1" s_chunks="0"><tb id="0" send="0" recv="0" chan="0">
                <step s="0" type="s" srcbuf="i" srcoff="0"/>
                <step s="1" type="rrc" srcbuf="i" srcoff="0" dstbuf="o" dstoff="0"/>
              </tb></gpu>
            </algo>
            """);
        List<String> line = new ArrayList<>(List.of("allreduce", "-n", "2", "--algorithm", "msccl:" + program));
        line.addAll(BRIEF);
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains(" msccl"), run::toString);
        HelioRun broken = HelioRun.of("allreduce", "-n", "3", "--algorithm", "msccl:" + program);
        assertEquals(2, broken.code(), broken::toString);
        Files.writeString(program, "<algo>");
        HelioRun noProgram = HelioRun.of("allreduce", "-n", "2", "--algorithm", "msccl:" + program);
        assertEquals(2, noProgram.code(), noProgram::toString);
        assertTrue(noProgram.err().contains("exchange.xml:1: "), noProgram::toString);
    }

    @Test
    void shouldWorkWithinHostsAndAcrossThem() throws IOException {
        List<String> line =
                new ArrayList<>(List.of("allreduce", "-n", "3", "--algorithm", "hierarchical", "--hosts", "2,1"));
        line.addAll(BRIEF);
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.out().contains("ranks by host: 2,1") && run.out().contains(" hierarchical"), run::toString);
    }

    @Test
    void shouldLaunchEveryRankWithItsVariables() throws IOException {
        String script =
                "echo $RANK $WORLD_SIZE $LOCAL_RANK $LOCAL_WORLD_SIZE $MASTER_ADDR ${#HELIO_SECRET} > \"$0/$RANK\"";
        HelioRun run = HelioRun.of("launch", "-n", "3", "sh", "-c", script, directory.toString());
        assertEquals(0, run.code(), run::toString);
        for (int rank = 0; rank < 3; rank++) {
            String said =
                    Files.readString(directory.resolve(Integer.toString(rank))).strip();
            assertEquals(rank + " 3 " + rank + " 3 127.0.0.1 64", said);
        }
    }

    @Test
    void shouldNameTheRankThatFails() {
        HelioRun run = HelioRun.of("launch", "-n", "3", "sh", "-c", "[ $RANK != 2 ] || exit 7");
        assertEquals(1, run.code(), run::toString);
        assertTrue(run.err().contains("rank 2 of 3 ended with 7"), run::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "allreduce -n 0",
                "allreduce -f 1",
                "allreduce -b 2m -e 1m",
                "allreduce -d complex",
                "allreduce -o xor",
                "allreduce -c 2",
                "allreduce --algorithm magic",
                "allreduce --algorithm msccl",
                "allreduce --algorithm msccl:/does/not/exist",
                "allreduce --start-timeout 0",
                "allreduce --timeout -1",
                "allreduce -D 0",
                "allreduce --hosts 2,2",
                "allreduce --hosts two",
                "allreduce --port memory",
                "allreduce --port nowhere",
                "allreduce --endpoint direct --port shm:x",
                "allreduce --endpoint auto",
                "allreduce --endpoint magic",
                "allreduce --port shm:x --mtu 100",
                "allreduce --port shm:x --engines 0",
                "allreduce --port shm:x --peer-timeout 0",
                "allreduce --port shm:x --fault luck",
                "allreduce --mtu 9000",
                "allreduce --endpoint direct --agent",
                "broadcast -r 2",
                "train -n 0",
                "train --steps 0",
                "train --batch 0",
                "train --batch 1000000 -n 2",
                "train --learning-rate -1",
                "train --hidden 0",
                "train --bucket 2",
                "train -c 2",
                "train --tolerance -1",
                "launch -n 0 true",
                "launch true",
                "launch -n 2"
            })
    void shouldRefuseMistakesBeforeAnythingIsStarted(String command) {
        HelioRun run = HelioRun.of(command.split(" "));
        assertEquals(2, run.code(), run::toString);
    }

    @Test
    void shouldSayThatTheProgramDoesNotExist() {
        HelioRun run = HelioRun.of("launch", "-n", "2", "no-such-program");
        assertEquals(3, run.code(), run::toString);
    }

    @Test
    void shouldBeARankOfOpenMpisJob() throws Exception {
        run(List.of(), "Open MPI", "mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "-n", "2");
    }

    @Test
    void shouldGoByPacketsInOpenMpisJob() throws Exception {
        List<String> packets = List.of("--port", "shm:openmpi", "--peer-timeout", "60");
        run(packets, "Open MPI", "mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "-n", "3");
    }

    @Test
    void shouldBeARankOfMpichsJob() throws Exception {
        run(List.of(), "PMI (MPICH)", "mpirun.mpich", "-n", "2");
    }

    @Test
    void shouldGoByPacketsInAJobOfLaunch() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("allreduce", "--port", "shm:launch", "--peer-timeout", "60"));
        arguments.addAll(BRIEF);
        List<String> helio = new ArrayList<>(ChildProcess.commandLine(List.of(), arguments));
        helio.removeLast(); // their standard input is at its end
        List<String> line = new ArrayList<>(List.of("launch", "-n", "3"));
        line.addAll(helio);
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assertEquals(0, run.code(), run::toString);
    }

    private void run(List<String> more, String launcher, String... mpirun) throws IOException, InterruptedException {
        Path program = Path.of("/usr/bin", mpirun[0]);
        assumeTrue(Files.isExecutable(program), () -> program + " is not installed");
        List<String> arguments = new ArrayList<>(List.of("allreduce"));
        arguments.addAll(BRIEF);
        arguments.addAll(more);
        LauncherRun run = LauncherRun.of(
                directory, List.of(mpirun), Map.of("MASTER_PORT", Integer.toString(LauncherRun.freePort())), arguments);
        assertEquals(0, run.code(), run::said);
        String text = run.said();
        assertTrue(text.contains(mpirun[mpirun.length - 1] + ", started by " + launcher), text);
        assertEquals(!more.isEmpty(), text.contains("packets over shm:"), text);
    }
}
