package io.heliograph.offload.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of ModelProto that inference needs and skips the others. Field numbers are those of onnx.proto3 (onnx/onnx, IR version 10).
 */
public final class OnnxReader {

    private static final int EXTERNAL = 1;

    private OnnxReader() {}

    /**
     * Reads a model.
     *
     * @param what the bytes are, for errors
     * @throws OnnxException if they are no such message, or hold what is not supported
     */
    public static OnnxModel read(String what, byte[] bytes) throws OnnxException {
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            OnnxModel graph = null;
            long opset = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 7 -> graph = graph(message(in, tag));
                    case 8 -> opset = Math.max(opset, opset(message(in, tag)));
                    default -> in.skipField(tag);
                }
            }
            if (graph == null) {
                throw new OnnxException(what + ": no ONNX model, for it has no graph");
            }
            return new OnnxModel(
                    graph.name(), opset, graph.nodes(), graph.initializers(), graph.inputs(), graph.outputs());
        } catch (OnnxException e) {
            throw new OnnxException(prefixed(what, e), e);
        } catch (InvalidProtocolBufferException e) {
            throw new OnnxException(what + ": no ONNX model: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new OnnxException(what + ": " + e.getMessage(), e);
        }
    }

    private static String prefixed(String what, OnnxException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(what) ? message : what + ": " + message;
    }

    private static OnnxModel graph(CodedInputStream in) throws IOException {
        String name = "";
        List<OnnxNode> nodes = new ArrayList<>();
        List<OnnxTensor> initializers = new ArrayList<>();
        List<OnnxModel.Value> inputs = new ArrayList<>();
        List<OnnxModel.Value> outputs = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> nodes.add(node(message(in, tag)));
                case 2 -> name = text(in, tag);
                case 5 -> initializers.add(tensor(message(in, tag)));
                case 11 -> inputs.add(value(message(in, tag)));
                case 12 -> outputs.add(value(message(in, tag)));
                case 15 -> throw new OnnxException("sparse initializers are not supported");
                default -> in.skipField(tag);
            }
        }
        return new OnnxModel(name, 0, nodes, initializers, inputs, outputs);
    }

    /** The version, if it is of ONNX's own operators. */
    private static long opset(CodedInputStream in) throws IOException {
        String domain = "";
        long version = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> domain = text(in, tag);
                case 2 -> version = varint(in, tag);
                default -> in.skipField(tag);
            }
        }
        return domain.isEmpty() || "ai.onnx".equals(domain) ? version : 0;
    }

    private static OnnxNode node(CodedInputStream in) throws IOException {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<OnnxAttribute> attributes = new ArrayList<>();
        String name = "";
        String operator = "";
        String domain = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> inputs.add(text(in, tag));
                case 2 -> outputs.add(text(in, tag));
                case 3 -> name = text(in, tag);
                case 4 -> operator = text(in, tag);
                case 5 -> attributes.add(attribute(message(in, tag)));
                case 7 -> domain = text(in, tag);
                default -> in.skipField(tag);
            }
        }
        return new OnnxNode(name, operator, domain, inputs, outputs, attributes);
    }

    private static OnnxAttribute attribute(CodedInputStream in) throws IOException {
        String name = "";
        int type = 0;
        float number = 0;
        long integer = 0;
        String string = "";
        List<Long> integers = new ArrayList<>();
        List<Float> numbers = new ArrayList<>();
        OnnxTensor tensor = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = text(in, tag);
                case 2 -> number = real(in, tag);
                case 3 -> integer = varint(in, tag);
                case 4 -> string = text(in, tag);
                case 5 -> tensor = tensor(message(in, tag));
                case 7 -> reals(in, tag, numbers);
                case 8 -> varints(in, tag, integers);
                case 20 -> type = (int) varint(in, tag);
                default -> in.skipField(tag);
            }
        }
        return new OnnxAttribute(name, type, number, integer, string, integers, numbers, tensor);
    }

    private static OnnxTensor tensor(CodedInputStream in) throws IOException {
        List<Long> dims = new ArrayList<>();
        int type = 0;
        String name = "";
        List<Float> floats = new ArrayList<>();
        List<Long> longs = new ArrayList<>();
        byte @Nullable [] raw = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> varints(in, tag, dims);
                case 2 -> type = (int) varint(in, tag);
                case 4 -> reals(in, tag, floats);
                case 7 -> varints(in, tag, longs);
                case 8 -> name = text(in, tag);
                case 9 -> raw = bytes(in, tag);
                case 14 -> {
                    if (varint(in, tag) == EXTERNAL) {
                        throw new OnnxException("data in another file are not supported: tensor=" + name);
                    }
                }
                default -> in.skipField(tag);
            }
        }
        if (raw == null) {
            raw = type == OnnxTensor.FLOAT ? floatBytes(floats) : longBytes(longs);
        }
        return new OnnxTensor(name, type, dims, MemorySegment.ofArray(raw));
    }

    private static byte[] floatBytes(List<Float> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putFloat);
        return bytes.array();
    }

    private static byte[] longBytes(List<Long> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putLong);
        return bytes.array();
    }

    private static OnnxModel.Value value(CodedInputStream in) throws IOException {
        String name = "";
        OnnxModel.Value type = new OnnxModel.Value("", 0, List.of());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = text(in, tag);
                case 2 -> type = type(message(in, tag));
                default -> in.skipField(tag);
            }
        }
        return new OnnxModel.Value(name, type.type(), type.dims());
    }

    /** TypeProto, of which only tensors are kept. */
    private static OnnxModel.Value type(CodedInputStream in) throws IOException {
        int element = 0;
        List<Long> dims = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) != 1) {
                in.skipField(tag);
                continue;
            }
            CodedInputStream tensor = message(in, tag);
            for (int inner = tensor.readTag(); inner != 0; inner = tensor.readTag()) {
                switch (WireFormat.getTagFieldNumber(inner)) {
                    case 1 -> element = (int) varint(tensor, inner);
                    case 2 -> shape(message(tensor, inner), dims);
                    default -> tensor.skipField(inner);
                }
            }
        }
        return new OnnxModel.Value("", element, dims);
    }

    private static void shape(CodedInputStream in, List<Long> dims) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) != 1) {
                in.skipField(tag);
                continue;
            }
            CodedInputStream dim = message(in, tag);
            long size = OnnxModel.UNKNOWN;
            for (int inner = dim.readTag(); inner != 0; inner = dim.readTag()) {
                if (WireFormat.getTagFieldNumber(inner) == 1) {
                    size = varint(dim, inner);
                } else {
                    dim.skipField(inner);
                }
            }
            dims.add(size);
        }
    }

    private static CodedInputStream message(CodedInputStream in, int tag) throws IOException {
        return CodedInputStream.newInstance(bytes(in, tag));
    }

    private static byte[] bytes(CodedInputStream in, int tag) throws IOException {
        expect(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return in.readByteArray();
    }

    private static String text(CodedInputStream in, int tag) throws IOException {
        return new String(bytes(in, tag), StandardCharsets.UTF_8);
    }

    private static long varint(CodedInputStream in, int tag) throws IOException {
        expect(tag, WireFormat.WIRETYPE_VARINT);
        return in.readInt64();
    }

    private static float real(CodedInputStream in, int tag) throws IOException {
        expect(tag, WireFormat.WIRETYPE_FIXED32);
        return in.readFloat();
    }

    /** One, or several packed. */
    private static void varints(CodedInputStream in, int tag, List<Long> to) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            to.add(in.readInt64());
            return;
        }
        CodedInputStream packed = message(in, tag);
        while (!packed.isAtEnd()) {
            to.add(packed.readInt64());
        }
    }

    /** One, or several packed. */
    private static void reals(CodedInputStream in, int tag, List<Float> to) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_FIXED32) {
            to.add(in.readFloat());
            return;
        }
        CodedInputStream packed = message(in, tag);
        while (!packed.isAtEnd()) {
            to.add(packed.readFloat());
        }
    }

    private static void expect(int tag, int wireType) throws OnnxException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new OnnxException("no ONNX model: field=" + WireFormat.getTagFieldNumber(tag) + " has wire type "
                    + WireFormat.getTagWireType(tag) + ", not " + wireType);
        }
    }
}
