package io.heliograph.collectives.planning.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes;
import io.heliograph.collectives.planning.traffic.Volumes.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of AICB and workloads of SimAI. */
class WorkloadReadersTest {
    private static final String LOG = """
        [ pp_stage0: [rank0, rank1] ]
        comm_type,comm_group,comm_group_size,msg_size,stage,count
        CommType.all_reduce,CommGroup.dp_group,2,8,init.model_setup,1
        CommType.epoch_end,None,None,0,,1
        CommType.all_reduce,CommGroup.tp_group,8,4096,forward,1
        CommType.computation,None,None,((1, 2), (2, 3)),forward,1
        all_reduce,tp_group,8,4096.0,backward,2
        CommType.isend,CommGroup.pp_group,None,512,forward_step,1
        CommType.epoch_end,None,None,0,,1
        [ pp_stage1: [rank2, rank3] ]
        comm_type,comm_group,comm_group_size,msg_size,stage,count
        CommType.irecv,CommGroup.pp_group,1,512,forward_step,1
        CommType.epoch_end,None,None,0,,1
        CommType.irecv,CommGroup.pp_group,1,1024,forward_step,1
        CommType.epoch_end,None,None,0,,1
        """;
    private static final String WORKLOAD = """
        HYBRID_TRANSFORMER_FWD_IN_BCKWD model_parallel_NPU_group: 4 ep: 2 pp: 2 vpp: 1 ga: 1 all_gpus: 32 checkpoints: 0 checkpoint_initiates: 0 pp_comm 2048.0
        2
        attention -1\t1000 ALLREDUCE 4096 1000 ALLREDUCE 4096 1 REDUCESCATTER 8192 10
        moe -1 1 ALLTOALL_EP 64 1 NONE 77 1 ALLGATHER_DP_EP 128 10
        """;

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        Path file = directory.resolve("input");
        Files.writeString(file, text);
        return file;
    }

    private Volumes read(String text) throws IOException {
        Path file = file(text);
        return WorkloadKind.of(file).orElseThrow().read(file);
    }

    private void refused(String where, String why, String text) {
        String message = String.valueOf(
                assertThrows(WorkloadFormatException.class, () -> read(text)).getMessage());
        assertTrue(message.contains("input:" + where + ": "), message);
        assertTrue(message.contains(why), message);
    }

    @Test
    void shouldReadALog() throws IOException {
        Volumes volumes = read(LOG);
        Group pair = new Group("pp", 1);
        assertEquals(
                List.of(
                        new Section(
                                "pp_stage0",
                                List.of(
                                        new VolumeRow(Operation.ALL_REDUCE, new Group("tp", 8), 4096, 3),
                                        new VolumeRow(Operation.SEND, new Group("pp", Group.UNKNOWN_SIZE), 512, 1))),
                        new Section("pp_stage1, iteration 0", List.of(new VolumeRow(Operation.RECEIVE, pair, 512, 1))),
                        new Section(
                                "pp_stage1, iteration 1", List.of(new VolumeRow(Operation.RECEIVE, pair, 1024, 1)))),
                volumes.sections());
        assertEquals(List.of(new VolumeRow(Operation.ALL_REDUCE, new Group("dp", 2), 8, 1)), volumes.setUp());
        assertEquals(List.of("1 computations were passed over"), volumes.notes());
    }

    @Test
    void shouldTakeALogWithoutEndsAsOneIteration() throws IOException {
        Volumes volumes = read("""
            comm_type,comm_group,msg_size,stage
            CommType.all_to_all,CommGroup.ep_group,4096,warmup
            CommType.all_to_all,CommGroup.ep_group,4096,test
            """);
        assertEquals(
                List.of(new Section(
                        "every rank",
                        List.of(new VolumeRow(Operation.ALL_TO_ALL, new Group("ep", Group.UNKNOWN_SIZE), 4096, 2)))),
                volumes.sections());
    }

    @Test
    void shouldNameTheLineOfALogThatIsWrong() {
        refused("5", "unknown operation: \"CommType.all_red\"", LOG.replaceFirst("all_reduce(.*4096)", "all_red$1"));
        refused("5", "unknown group: \"xx_group\"", LOG.replaceFirst("tp_group", "xx_group"));
        refused("5", "msg_size=\"-4096\"", LOG.replaceFirst("4096", "-4096"));
        refused("5", "msg_size=\"4096.5\"", LOG.replaceFirst("4096", "4096.5"));
        refused("5", "msg_size=\"99999999999999999999\"", LOG.replaceFirst("4096", "99999999999999999999"));
        refused("5", "comm_group_size=0", LOG.replaceFirst("tp_group,8", "tp_group,0"));
        refused("5", "fields=5; the header has 6", LOG.replaceFirst("forward,1", "forward"));
        refused("7", "count=0", LOG.replaceFirst("backward,2", "backward,0"));
        refused("7", "63 bits", LOG.replaceFirst("backward,2", "backward,4611686018427387903"));
        refused("2", "column is missing: msg_size", LOG.replaceFirst("msg_size", "size"));
        refused("2", "twice", LOG.replaceFirst("msg_size", "stage"));
        refused("2", "a header that begins with comm_type", LOG.replaceFirst("comm_type", "type"));
        refused("10", "was there already", LOG.replace("pp_stage1", "pp_stage0"));
        refused("1", "without a bracket", LOG.replaceFirst("rank1. .", "rank1"));
        refused("8", "ends within an iteration", LOG.substring(0, LOG.indexOf("CommType.epoch_end", 300)));
        refused("3", "no operation", LOG.substring(0, LOG.indexOf("CommType.epoch_end")));
        refused("1", "empty", "");
    }

    @Test
    void shouldReadAWorkload() throws IOException {
        Volumes volumes = read(WORKLOAD);
        assertEquals(
                List.of(
                        new VolumeRow(Operation.ALL_REDUCE, new Group("tp", 4), 4096, 2),
                        new VolumeRow(Operation.REDUCE_SCATTER, new Group("dp", 4), 8192, 1),
                        new VolumeRow(Operation.ALL_TO_ALL, new Group("ep", 2), 64, 1),
                        new VolumeRow(Operation.ALL_GATHER, new Group("ep-dp", 2), 128, 1)),
                volumes.sections().getFirst().rows());
        assertTrue(volumes.notes().getFirst().startsWith("pp_comm=2048 bytes"), volumes.notes()::toString);
    }

    @Test
    void shouldNameTheLineOfAWorkloadThatIsWrong() {
        refused("1", "unknown parallelism: \"HYBRID_DREAM\"", WORKLOAD.replaceFirst("HYBRID_\\w+", "HYBRID_DREAM"));
        refused("1", "unknown setting: \"eq:\"", WORKLOAD.replaceFirst("ep:", "eq:"));
        refused("1", "setting is there twice: ep", WORKLOAD.replaceFirst("pp:", "ep:"));
        refused("1", "model_parallel_NPU_group is missing", WORKLOAD.replaceFirst("model_parallel_NPU_group: 4", ""));
        refused("1", "all_gpus=30 is no multiple", WORKLOAD.replaceFirst("32", "30"));
        refused("1", "ep=3 does not divide the 4", WORKLOAD.replaceFirst("ep: 2", "ep: 3"));
        refused("1", "checkpoints=2", WORKLOAD.replaceFirst("checkpoints: 0", "checkpoints: 2"));
        refused("4", "the file ends where layer 3 of 3", WORKLOAD.replaceFirst("\n2\n", "\n3\n"));
        refused("4", "behind the last of 1 layers", WORKLOAD.replaceFirst("\n2\n", "\n1\n"));
        refused("2", "number of layers=\"two\"", WORKLOAD.replaceFirst("\n2\n", "\ntwo\n"));
        refused("3", "fields=11", WORKLOAD.replaceFirst(" 8192 10", " 8192"));
        refused("3", "unknown operation: \"ALLREDUCES\"", WORKLOAD.replaceFirst("ALLREDUCE", "ALLREDUCES"));
        refused("4", "bytes=\"-64\"", WORKLOAD.replaceFirst(" 64 ", " -64 "));
        refused("4", "dependency", WORKLOAD.replaceFirst("moe -1", "moe x"));
    }

    @Test
    void shouldNotTakeOtherTextForAWorkload() throws IOException {
        assertTrue(WorkloadKind.of(file("name: job\nmodel: {}\n")).isEmpty());
        Path binary = directory.resolve("binary");
        Files.write(binary, new byte[] {'a', (byte) 0xff, (byte) 0xfe, '\n'});
        assertThrows(WorkloadFormatException.class, () -> WorkloadKind.of(binary));
    }
}
