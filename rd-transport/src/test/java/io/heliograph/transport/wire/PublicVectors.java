package io.heliograph.transport.wire;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Frames that others published, with a right ICRC; looked for beside the checkout, because they are not part of this repository. */
public final class PublicVectors {
    private static final Path FILE = Path.of("shared", "vectors", "roce", "icrc_public_vectors.tsv");

    private PublicVectors() {}

    /**
     * One published frame.
     *
     * @param name what its source calls it
     * @param icrcInWireOrder the four bytes, first one highest
     * @param data from the Ethernet header to the ICRC
     */
    public record Vector(String name, long icrcInWireOrder, MemorySegment data) {
        /** The frame. */
        public byte[] frame() {
            return data.toArray(ValueLayout.JAVA_BYTE);
        }

        /** Behind the Ethernet header and a VLAN tag. */
        public int l3Offset() {
            return typeAt(12) == EthernetLayout.TYPE_VLAN ? 18 : 14;
        }

        /** Whether it is IPv4. */
        public boolean isIpv4() {
            return typeAt(l3Offset() - 2) == EthernetLayout.TYPE_IPV4;
        }

        /** Whether it is UDP over IP, not an EtherType of its own. */
        public boolean isRoceV2() {
            return typeAt(l3Offset() - 2) != EthernetLayout.TYPE_ROCE_V1;
        }

        private int typeAt(int offset) {
            return HeaderBytes.getShort(data, offset);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All of them; ends the test as skipped if they are not there. */
    public static List<Vector> load() throws IOException {
        List<Vector> vectors = new ArrayList<>();
        for (String line : Files.readAllLines(find())) {
            if (!line.startsWith("#") && !line.isBlank()) {
                String[] columns = line.split("\t", -1);
                vectors.add(new Vector(
                        columns[0],
                        Long.parseLong(columns[1], 16),
                        MemorySegment.ofArray(HexFormat.of().parseHex(columns[2]))));
            }
        }
        return vectors;
    }

    private static Path find() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve(FILE);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return abort("the public RoCE frames are not beside the checkout: no " + FILE + " in any folder above");
    }
}
