package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.MscclSource.Block;
import io.heliograph.collectives.algorithm.MscclSource.Gpu;
import io.heliograph.collectives.algorithm.MscclSource.Instruction;
import io.heliograph.collectives.algorithm.MscclSource.Operation;
import io.heliograph.collectives.algorithm.MscclSource.Reference;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads MSCCL's XML (microsoft/msccl; written by msccl-tools): {@code algo} has a {@code gpu} for each rank, that has thread blocks ({@code tb}), and they have {@code step}s. Document types and entities are
 * refused, numbers are bounded; what steps do together is {@link MscclTranslator}'s business.
 */
final class MscclReader {
    private static final int MOST_RANKS = 1024;
    private static final int MOST_CHUNKS = 1 << 16;
    private static final int MOST_BLOCKS = 1 << 10;
    private static final int MOST_STEPS = 1 << 20;
    /** Of NCCL; how bytes travel here is the transport's business. */
    private static final Set<String> PROTOCOLS = Set.of("Simple", "LL", "LL128");

    private final String file;
    private final XMLStreamReader xml;
    private int steps;

    private MscclReader(String file, XMLStreamReader xml) {
        this.file = file;
        this.xml = xml;
    }

    /**
     * Reads a file.
     *
     * @throws MscclException if it is not well-formed or says what cannot be
     */
    static MscclSource read(String file, InputStream input) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(input);
            try {
                return new MscclReader(file, xml).algorithm();
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
            throw new MscclException(
                    file, line, "not XML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private MscclSource algorithm() throws XMLStreamException {
        if (!nextElement() || !xml.getLocalName().equals("algo")) {
            throw wrong("an MSCCL program is an element algo");
        }
        int line = line();
        String name = text("name", "");
        if (!PROTOCOLS.contains(text("proto", "Simple"))) {
            throw wrong("proto=" + text("proto", "") + "; give Simple, LL or LL128");
        }
        int channels = number("nchannels", 1, MOST_BLOCKS, null);
        Collective collective = collective(text("coll", ""));
        int ranks = number("ngpus", 1, MOST_RANKS, null);
        int chunks = number("nchunksperloop", 1, MOST_CHUNKS, null);
        if ((long) ranks * chunks > MOST_STEPS) {
            throw wrong("ngpus=" + ranks + " nchunksperloop=" + chunks + ": more than " + MOST_STEPS + " chunks");
        }
        if (collective != Collective.ALL_REDUCE && chunks % ranks != 0) {
            throw wrong("nchunksperloop=" + chunks + " is no multiple of ngpus=" + ranks + ", as " + collective.label()
                    + " needs");
        }
        // A program that says it is meant for both keeps input and output apart.
        boolean inPlace = number("inplace", 0, 1, 0) == 1 && number("outofplace", 0, 1, 0) == 0;
        long least = size("minBytes", 0);
        long most = size("maxBytes", Long.MAX_VALUE);
        @Nullable Gpu[] gpus = new Gpu[ranks];
        while (nextElement()) {
            expect("gpu");
            int id = number("id", 0, ranks - 1, null);
            if (gpus[id] != null) {
                throw wrong("gpu " + id + " is there twice");
            }
            gpus[id] = gpu(id, ranks, channels);
        }
        List<Gpu> all = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            Gpu gpu = gpus[rank];
            if (gpu == null) {
                throw new MscclException(file, line, "there is no gpu " + rank + " of ngpus=" + ranks);
            }
            all.add(gpu);
        }
        MscclSource source =
                new MscclSource(file, line, name, collective, ranks, chunks, inPlace, least, most, List.copyOf(all));
        all.forEach(gpu -> MscclReferences.check(source, gpu));
        return source;
    }

    private Collective collective(String name) {
        return switch (name) {
            case "allreduce" -> Collective.ALL_REDUCE;
            case "allgather" -> Collective.ALL_GATHER;
            case "reducescatter", "reduce_scatter" -> Collective.REDUCE_SCATTER;
            case "alltoall" -> Collective.ALL_TO_ALL;
            default ->
                throw wrong("coll=" + name + "; allreduce, allgather, reducescatter (or reduce_scatter) and alltoall"
                        + " are run from programs");
        };
    }

    private Gpu gpu(int id, int ranks, int channels) throws XMLStreamException {
        int line = line();
        int inputs = number("i_chunks", 0, MOST_CHUNKS, null);
        int outputs = number("o_chunks", 0, MOST_CHUNKS, null);
        int scratch = number("s_chunks", 0, MOST_CHUNKS, null);
        List<Block> blocks = new ArrayList<>();
        while (nextElement()) {
            Block block = block(id, ranks, channels, blocks.size());
            for (Block other : blocks) {
                if (isSameWay(block.sendTo(), other.sendTo(), block, other)
                        || isSameWay(block.receiveFrom(), other.receiveFrom(), block, other)) {
                    throw new MscclException(
                            file,
                            block.line(),
                            "tb " + other.id() + " of gpu " + id + " has that peer on channel " + block.channel()
                                    + " already");
                }
            }
            blocks.add(block);
        }
        return new Gpu(line, id, inputs, outputs, scratch, List.copyOf(blocks));
    }

    private static boolean isSameWay(int peer, int otherPeer, Block block, Block other) {
        return peer >= 0 && peer == otherPeer && block.channel() == other.channel();
    }

    private Block block(int gpu, int ranks, int channels, int expected) throws XMLStreamException {
        expect("tb");
        int line = line();
        int id = number("id", 0, MOST_BLOCKS, null);
        if (id != expected) {
            throw wrong("tb id=" + id + " where " + expected + " is next; they are numbered from 0");
        }
        int sendTo = number("send", -1, ranks - 1, null);
        int receiveFrom = number("recv", -1, ranks - 1, null);
        if (sendTo == gpu || receiveFrom == gpu) {
            throw wrong("gpu " + gpu + " is its own peer: send=" + sendTo + " recv=" + receiveFrom);
        }
        int channel = number("chan", 0, channels - 1, null);
        List<Instruction> instructions = new ArrayList<>();
        while (nextElement()) {
            expect("step");
            int number = number("s", 0, MOST_STEPS, null);
            if (number != instructions.size()) {
                throw wrong(
                        "step s=" + number + " where " + instructions.size() + " is next; they are numbered from 0");
            }
            Instruction instruction = instruction(sendTo, receiveFrom);
            steps += instruction.count();
            if (steps > MOST_STEPS) {
                throw wrong("more than " + MOST_STEPS + " chunks in all steps");
            }
            instructions.add(instruction);
            if (nextElement()) {
                throw wrong("a step holds nothing");
            }
        }
        return new Block(line, id, sendTo, receiveFrom, channel, List.copyOf(instructions));
    }

    private Instruction instruction(int sendTo, int receiveFrom) {
        Operation operation = operation(text("type", ""));
        if (operation.sends && sendTo < 0 || operation.receives && receiveFrom < 0) {
            throw wrong("type=" + operation.label + " in a tb with send=" + sendTo + " recv=" + receiveFrom);
        }
        boolean idle = operation == Operation.NOTHING;
        Reference source = reference("srcbuf", "srcoff", operation.reads());
        Reference target = reference("dstbuf", "dstoff", operation.writes);
        int dependsOnBlock = number("depid", -1, MOST_BLOCKS, -1);
        int dependsOnStep = number("deps", -1, MOST_STEPS, -1);
        return new Instruction(
                line(),
                operation,
                source,
                target,
                idle ? 1 : number("cnt", 1, MOST_CHUNKS, 1),
                dependsOnBlock,
                dependsOnStep,
                number("hasdep", 0, 1, 1) == 1);
    }

    private Operation operation(String label) {
        for (Operation operation : Operation.values()) {
            if (operation.label.equals(label)) {
                return operation;
            }
        }
        throw wrong("type=" + label + " is no operation; s, r, rcs, rrs, rrc, rrcs, cpy, re and nop are");
    }

    private Reference reference(String buffer, String offset, boolean isUsed) {
        String name = text(buffer, isUsed ? "" : "i");
        if (!name.equals("i") && !name.equals("o") && !name.equals("s")) {
            throw wrong(buffer + "=" + name + "; i, o or s");
        }
        return new Reference(name.charAt(0), number(offset, isUsed ? 0 : -1, MOST_CHUNKS, isUsed ? null : -1));
    }

    /** Goes to the next element within this one, or to the end of this one. */
    private boolean nextElement() throws XMLStreamException {
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    return true;
                }
                case XMLStreamConstants.END_ELEMENT, XMLStreamConstants.END_DOCUMENT -> {
                    return false;
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw wrong("document types and entities are not read");
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!xml.isWhiteSpace()) {
                        throw wrong("text between elements");
                    }
                }
                default -> {} // comments and the like
            }
        }
        return false;
    }

    private void expect(String element) {
        if (!xml.getLocalName().equals(element)) {
            throw wrong("element " + xml.getLocalName() + " where " + element + " is expected");
        }
    }

    private String text(String name, String otherwise) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? otherwise : value;
    }

    private int number(String name, int least, int most, @Nullable Integer otherwise) {
        String value = xml.getAttributeValue(null, name);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value == null ? "" : value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(
                value == null
                        ? xml.getLocalName() + " has no " + name
                        : name + "=" + value + "; a number from " + least + " to " + most);
    }

    private long size(String name, long otherwise) {
        String value = xml.getAttributeValue(null, name);
        if (value == null) {
            return otherwise;
        }
        try {
            long bytes = Long.parseLong(value.strip());
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw wrong(name + "=" + value + "; a number of bytes");
    }

    private int line() {
        return xml.getLocation().getLineNumber();
    }

    private MscclException wrong(String message) {
        return new MscclException(file, line(), message);
    }
}
