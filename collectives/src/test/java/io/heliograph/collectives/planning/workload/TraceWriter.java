package io.heliograph.collectives.planning.workload;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Writes a Chakra trace as producers do: length, message, length, message. */
final class TraceWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Writes the fields of a message. */
    @FunctionalInterface
    interface Fields {
        void to(CodedOutputStream out) throws IOException;
    }

    /** A message with a GlobalMetadata of a version. */
    TraceWriter() throws IOException {
        message(out -> out.writeString(1, "0.0.4"));
    }

    /** A file without the metadata in front. */
    static TraceWriter withoutMetadata() throws IOException {
        TraceWriter writer = new TraceWriter();
        writer.bytes.reset();
        return writer;
    }

    static byte[] encoded(Fields fields) throws IOException {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(inner);
        fields.to(out);
        out.flush();
        return inner.toByteArray();
    }

    TraceWriter message(Fields fields) throws IOException {
        byte[] message = encoded(fields);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt32NoTag(message.length);
        out.writeRawBytes(message);
        out.flush();
        return this;
    }

    /** A node of a type with attributes. */
    TraceWriter node(long id, int type, Fields... attributes) throws IOException {
        return message(out -> {
            out.writeUInt64(1, id);
            out.writeString(2, "node" + id);
            out.writeEnum(3, type);
            if (id > 0) {
                out.writeUInt64(5, id - 1);
            }
            for (Fields each : attributes) {
                out.writeByteArray(10, encoded(each));
            }
        });
    }

    /** An attribute that is an int64. */
    static Fields attribute(String name, long value) {
        return out -> {
            out.writeString(1, name);
            out.writeInt64(9, value);
        };
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
