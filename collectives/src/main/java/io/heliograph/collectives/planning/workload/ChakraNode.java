package io.heliograph.collectives.planning.workload;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a Chakra execution trace (mlcommons/chakra, schema/protobuf/et_def.proto), as far as communication depends on it.
 *
 * @param id within its trace
 * @param name as the producer calls it
 * @param type number of the schema's NodeType
 * @param dependencies nodes that come before it, by control or by data
 * @param integers attributes that are whole numbers or true and false, of whatever protobuf type; unsigned ones above 63 bits are negative
 * @param texts attributes that are strings, or lists of true and false as ones and zeros
 * @param durationMicros how long it takes by the trace; 0 if that does not say
 */
record ChakraNode(
        long id,
        String name,
        int type,
        List<Long> dependencies,
        Map<String, Long> integers,
        Map<String, String> texts,
        long durationMicros) {
    static final int COMPUTATION = 4;
    static final int SEND = 5;
    static final int RECEIVE = 6;
    static final int COLLECTIVE = 7;
    static final int LAST_TYPE = 7;

    private static final int ID = 1;
    private static final int NAME = 2;
    private static final int TYPE = 3;
    private static final int CONTROL_DEPENDENCIES = 4;
    private static final int DATA_DEPENDENCIES = 5;
    private static final int DURATION_MICROS = 7;
    private static final int ATTRIBUTES = 10;

    private static final int ATTRIBUTE_NAME = 1;
    private static final int INT32 = 7;
    private static final int INT64 = 9;
    private static final int UINT32 = 11;
    private static final int UINT64 = 13;
    private static final int SINT32 = 15;
    private static final int SINT64 = 17;
    private static final int FIXED32 = 19;
    private static final int FIXED64 = 21;
    private static final int SFIXED32 = 23;
    private static final int SFIXED64 = 25;
    private static final int BOOL = 27;
    private static final int BOOL_LIST = 28;
    private static final int STRING = 29;
    /** An attribute of ASTRA-sim's collectives, a list of true and false: kept as text such as {@code 1,0}. */
    static final String DIMENSIONS = "involved_dim";

    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final int DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    static ChakraNode parse(CodedInputStream in) throws IOException {
        long id = 0;
        String name = "";
        int type = 0;
        long durationMicros = 0;
        List<Long> dependencies = new ArrayList<>();
        Map<String, Long> integers = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ID -> {
                    ChakraReader.expect(tag, VARINT);
                    id = in.readUInt64();
                }
                case NAME -> {
                    ChakraReader.expect(tag, DELIMITED);
                    name = in.readStringRequireUtf8();
                }
                case TYPE -> {
                    ChakraReader.expect(tag, VARINT);
                    type = in.readEnum();
                }
                case DURATION_MICROS -> {
                    ChakraReader.expect(tag, VARINT);
                    durationMicros = in.readUInt64();
                }
                case CONTROL_DEPENDENCIES, DATA_DEPENDENCIES -> addNumbers(tag, in, dependencies);
                case ATTRIBUTES -> {
                    ChakraReader.expect(tag, DELIMITED);
                    addAttribute(in.readBytes(), integers, texts);
                }
                default -> skip(tag, in);
            }
        }
        return new ChakraNode(id, name, type, dependencies, integers, texts, durationMicros);
    }

    /** Passes over a message of metadata, whose contents nothing here depends on. */
    static boolean skipMetadata(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            // GlobalMetadata: 1 version, 2 attributes. A node would begin with its type and its attributes elsewhere.
            ChakraReader.expect(tag, DELIMITED);
            if (WireFormat.getTagFieldNumber(tag) > 2) {
                throw new InvalidProtocolBufferException("field " + WireFormat.getTagFieldNumber(tag)
                        + " is none of GlobalMetadata, which belongs first");
            }
            skip(tag, in);
        }
        return true;
    }

    private static void skip(int tag, CodedInputStream in) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that did not begin");
        }
    }

    private static void addNumbers(int tag, CodedInputStream in, List<Long> numbers) throws IOException {
        if (WireFormat.getTagWireType(tag) == VARINT) {
            numbers.add(in.readUInt64());
            return;
        }
        ChakraReader.expect(tag, DELIMITED);
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            numbers.add(in.readUInt64());
        }
        in.popLimit(limit);
    }

    private static void addAttribute(ByteString bytes, Map<String, Long> integers, Map<String, String> texts)
            throws IOException {
        CodedInputStream in = bytes.newCodedInput();
        String name = "";
        @Nullable Long number = null;
        @Nullable String text = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == ATTRIBUTE_NAME) {
                ChakraReader.expect(tag, DELIMITED);
                name = in.readStringRequireUtf8();
            } else if (field == STRING) {
                ChakraReader.expect(tag, DELIMITED);
                text = in.readStringRequireUtf8();
            } else if (field == BOOL_LIST) {
                ChakraReader.expect(tag, DELIMITED);
                text = list(in.readBytes());
            } else {
                Long read = integer(tag, in);
                number = read == null ? number : read;
            }
        }
        if (number != null && integers.put(name, number) != null || text != null && texts.put(name, text) != null) {
            throw new InvalidProtocolBufferException("attribute is there twice: " + TextLines.shown(name));
        }
    }

    private static String list(ByteString bytes) throws IOException {
        CodedInputStream in = bytes.newCodedInput();
        List<Long> values = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                addNumbers(tag, in, values);
            } else {
                skip(tag, in);
            }
        }
        return String.join(",", values.stream().map(String::valueOf).toList());
    }

    /** Null if the field holds something else, which is passed over. */
    private static @Nullable Long integer(int tag, CodedInputStream in) throws IOException {
        int field = WireFormat.getTagFieldNumber(tag);
        int wireType = switch (field) {
            case INT32, INT64, UINT32, UINT64, SINT32, SINT64, BOOL -> VARINT;
            case FIXED32, SFIXED32 -> WireFormat.WIRETYPE_FIXED32;
            case FIXED64, SFIXED64 -> WireFormat.WIRETYPE_FIXED64;
            default -> -1;
        };
        if (wireType < 0) {
            skip(tag, in);
            return null;
        }
        ChakraReader.expect(tag, wireType);
        return switch (field) {
            case INT32 -> (long) in.readInt32();
            case INT64 -> in.readInt64();
            case UINT32 -> Integer.toUnsignedLong(in.readUInt32());
            case UINT64 -> in.readUInt64();
            case SINT32 -> (long) in.readSInt32();
            case SINT64 -> in.readSInt64();
            case FIXED32 -> Integer.toUnsignedLong(in.readFixed32());
            case FIXED64 -> in.readFixed64();
            case SFIXED32 -> (long) in.readSFixed32();
            case SFIXED64 -> in.readSFixed64();
            default -> in.readBool() ? 1L : 0L;
        };
    }
}
