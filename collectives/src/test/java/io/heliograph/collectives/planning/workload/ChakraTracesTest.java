package io.heliograph.collectives.planning.workload;

import static io.heliograph.collectives.planning.workload.TraceWriter.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.heliograph.collectives.planning.traffic.Group;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes.Section;
import io.heliograph.collectives.planning.workload.TraceWriter.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChakraTracesTest {
    private static final int COMPUTE = 4;

    @TempDir
    private Path directory;

    private Path trace(int rank, byte[] bytes) throws IOException {
        Path file = directory.resolve("job." + rank + ".et");
        Files.write(file, bytes);
        return file;
    }

    private static TraceWriter allReduce(long bytes) throws IOException {
        return new TraceWriter()
                .node(0, COMPUTE)
                .node(1, ChakraNode.COLLECTIVE, attribute("comm_type", 0), attribute("comm_size", bytes));
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private void refused(String why) {
        String message = String.valueOf(assertThrows(WorkloadFormatException.class, () -> ChakraTraces.read(directory))
                .getMessage());
        assertTrue(message.contains(why), message);
        assertTrue(message.contains(directory.toString()), message);
    }

    @Test
    void shouldCountPlainAndCompressedTraces() throws IOException {
        trace(0, allReduce(1024).bytes());
        trace(1, compressed(allReduce(1024).bytes()));
        trace(2, allReduce(4096).bytes());
        Group all = new Group("all", 3);
        assertEquals(
                List.of(
                        new Section("ranks 0-1", List.of(new VolumeRow(Operation.ALL_REDUCE, all, 1024, 1))),
                        new Section("rank 2", List.of(new VolumeRow(Operation.ALL_REDUCE, all, 4096, 1)))),
                ChakraTraces.read(directory).sections());
        assertEquals(WorkloadKind.CHAKRA, WorkloadKind.of(directory).orElseThrow());
    }

    @Test
    void shouldTakeIntegersOfEveryProtobufType() throws IOException {
        List<Fields> types = List.of(
                out -> out.writeInt32(7, 640),
                out -> out.writeInt64(9, 640),
                out -> out.writeUInt32(11, 640),
                out -> out.writeUInt64(13, 640),
                out -> out.writeSInt32(15, 640),
                out -> out.writeSInt64(17, 640),
                out -> out.writeFixed32(19, 640),
                out -> out.writeFixed64(21, 640),
                out -> out.writeSFixed32(23, 640),
                out -> out.writeSFixed64(25, 640));
        TraceWriter writer = new TraceWriter();
        for (int i = 0; i < types.size(); i++) {
            Fields value = types.get(i);
            writer.node(
                    i,
                    ChakraNode.COLLECTIVE,
                    attribute("comm_type", 6),
                    out -> {
                        out.writeString(1, "comm_size");
                        value.to(out);
                    },
                    out -> {
                        out.writeString(1, "is_cpu_op");
                        out.writeBool(27, false);
                    });
        }
        trace(0, writer.bytes());
        assertEquals(
                List.of(new VolumeRow(Operation.ALL_TO_ALL, new Group("all", 1), 640, types.size())),
                ChakraTraces.read(directory).sections().getFirst().rows());
    }

    @Test
    void shouldTellGroupsAndPairs() throws IOException {
        Fields size = attribute("comm_size", 64);
        byte[] bytes = new TraceWriter()
                .node(0, ChakraNode.COLLECTIVE, attribute("comm_type", 7), size, out -> {
                    out.writeString(1, "pg_name");
                    out.writeString(29, "tensor");
                })
                .node(1, ChakraNode.COLLECTIVE, attribute("comm_type", 2), size, out -> {
                    out.writeString(1, "involved_dim");
                    out.writeByteArray(28, TraceWriter.encoded(ChakraTracesTest::oneOfTwo));
                })
                .node(2, ChakraNode.SEND, size, attribute("comm_dst", 0))
                .node(3, ChakraNode.RECEIVE, size, attribute("comm_src", 0))
                .bytes();
        trace(0, bytes);
        assertEquals(
                List.of(
                        new VolumeRow(Operation.REDUCE_SCATTER, new Group("tensor", 0), 64, 1),
                        new VolumeRow(Operation.ALL_GATHER, new Group("dimensions 1,0", 0), 64, 1),
                        new VolumeRow(Operation.SEND, new Group("pair", 2), 64, 1),
                        new VolumeRow(Operation.RECEIVE, new Group("pair", 2), 64, 1)),
                ChakraTraces.read(directory).sections().getFirst().rows());
    }

    private static void oneOfTwo(CodedOutputStream out) throws IOException {
        out.writeByteArray(1, new byte[] {1, 0});
    }

    @Test
    void shouldRefuseFoldersThatAreNotWhole() throws IOException {
        refused("no Chakra trace");
        trace(0, allReduce(8).bytes());
        trace(2, allReduce(8).bytes());
        refused("the trace of rank 1 is missing: job.1.et");
        Files.write(directory.resolve("other.1.et"), allReduce(8).bytes());
        refused("another job");
        Files.delete(directory.resolve("other.1.et"));
        Files.write(directory.resolve("job.02.et"), allReduce(8).bytes());
        refused("the same rank as");
    }

    @Test
    void shouldRefuseNodesThatAreWrong() throws IOException {
        trace(0, new TraceWriter().node(0, COMPUTE).bytes());
        refused("no trace has a node that communicates");
        trace(0, new TraceWriter().node(0, 9).bytes());
        refused("message 2: node 0: unknown type=9");
        trace(
                0,
                new TraceWriter()
                        .node(0, ChakraNode.COLLECTIVE, attribute("comm_type", 10))
                        .bytes());
        refused("unknown operation: comm_type=10");
        trace(
                0,
                new TraceWriter()
                        .node(0, ChakraNode.COLLECTIVE, attribute("comm_type", 0))
                        .bytes());
        refused("attribute comm_size is missing");
        trace(0, allReduce(-1).bytes());
        refused("comm_size=-1");
        trace(0, allReduce(1).node(1, COMPUTE).bytes());
        refused("message 4: id=1 is there twice");
        trace(0, new TraceWriter().node(1, COMPUTE).bytes());
        refused("node 1 depends on node 0, which is not in the trace");
        trace(
                0,
                new TraceWriter()
                        .message(out -> {
                            out.writeUInt64(1, 5);
                            out.writeEnum(3, COMPUTE);
                            out.writeUInt64(4, 5);
                        })
                        .bytes());
        refused("wait for each other in a circle");
        trace(
                0,
                new TraceWriter()
                        .node(0, ChakraNode.SEND, attribute("comm_size", 1), attribute("comm_dst", 1))
                        .bytes());
        refused("comm_dst=1; there are ranks 0 to 0");
    }

    @Test
    void shouldRefuseBytesThatAreNoTrace() throws IOException {
        trace(0, new byte[0]);
        refused("the file is empty");
        byte[] whole = allReduce(1024).bytes();
        trace(0, Arrays.copyOf(whole, whole.length - 1));
        refused("message 3: the file ends within it");
        trace(0, new byte[] {-1, -1, -1, -1, -1, -1});
        refused("message 1: its length is broken");
        trace(0, new byte[] {-1, -1, -1, -1, 1});
        refused("at most");
        byte[] zipped = compressed(whole);
        trace(0, Arrays.copyOf(zipped, zipped.length - 12));
        refused("compressed data is broken");
        trace(0, Arrays.copyOf(zipped, 5));
        refused("begins like gzip");
        trace(0, TraceWriter.withoutMetadata().node(0, COMPUTE).bytes());
        refused("message 1: not the protobuf message");
    }

    /** Whatever bytes come, it is counts or the one exception. */
    @Test
    void shouldSurviveBrokenBytes() throws IOException {
        byte[] whole = allReduce(1024).bytes();
        SplittableRandom random = new SplittableRandom(7);
        int read = 0;
        for (int i = 0; i < 500; i++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            trace(0, broken);
            try {
                read += ChakraTraces.read(directory).sections().size();
            } catch (WorkloadFormatException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith(directory.toString()), e::toString);
            }
        }
        assertTrue(read > 0 && read < 500, "read=" + read);
    }
}
