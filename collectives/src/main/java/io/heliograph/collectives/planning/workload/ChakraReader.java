package io.heliograph.collectives.planning.workload;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The messages of one Chakra trace: protobuf, each behind its length as a varint, the whole perhaps compressed by gzip (RFC 1952). One thread. */
final class ChakraReader implements AutoCloseable {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    /** Nodes with the shapes and values of many tensors have some kilobytes. */
    private static final int MOST_BYTES = 1 << 26;

    private static final int BITS_OF_A_VARINT_BYTE = 7;
    private static final int MOST_LENGTH_BYTES = 5;

    private final String name;
    private final InputStream in;
    private int message;

    /** Reads one message. */
    @FunctionalInterface
    interface Parser<T> {
        /** Reads to the end of the stream. */
        T parse(CodedInputStream in) throws IOException;
    }

    ChakraReader(Path file) throws IOException {
        name = file.toString();
        BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file));
        boolean isCompressed;
        try {
            raw.mark(2);
            isCompressed = raw.read() == GZIP_FIRST && raw.read() == GZIP_SECOND;
            raw.reset();
            in = isCompressed ? new BufferedInputStream(new GZIPInputStream(raw)) : raw;
        } catch (ZipException | EOFException e) {
            raw.close();
            throw new WorkloadFormatException(name, "begins like gzip, and is not: " + e.getMessage(), e);
        }
    }

    /** The next message, or null at the end of the file. */
    <T> @Nullable T next(Parser<T> parser) throws IOException {
        try {
            int length = length();
            if (length < 0) {
                return null;
            }
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw error("the file ends within it: bytes=" + bytes.length + " of " + length);
            }
            CodedInputStream coded = CodedInputStream.newInstance(bytes);
            return parser.parse(coded);
        } catch (InvalidProtocolBufferException e) {
            throw new WorkloadFormatException(
                    where(), "not the protobuf message that it should be: " + e.getMessage(), e);
        } catch (ZipException | EOFException e) {
            throw new WorkloadFormatException(where(), "compressed data is broken or ends early: " + e.getMessage(), e);
        }
    }

    /** -1 at the end of the file. */
    private int length() throws IOException {
        int value = in.read();
        if (value < 0) {
            return -1;
        }
        message++;
        long length = value & 0x7f;
        for (int i = 1; value >= 0x80; i++) {
            value = in.read();
            if (value < 0 || i == MOST_LENGTH_BYTES) {
                throw error("its length is broken");
            }
            length |= (long) (value & 0x7f) << i * BITS_OF_A_VARINT_BYTE;
        }
        if (length > MOST_BYTES) {
            throw error("bytes=" + length + "; at most " + MOST_BYTES + ": this is no Chakra trace");
        }
        return (int) length;
    }

    /** The message that was read last, as errors name it. */
    String where() {
        return name + ": message " + message;
    }

    /** An error at the message that was read last; there are no lines. */
    WorkloadFormatException error(String what) {
        return new WorkloadFormatException(where(), what);
    }

    /** Refuses a field that has another wire type than it should. */
    static void expect(int tag, int wireType) throws InvalidProtocolBufferException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new InvalidProtocolBufferException("field " + WireFormat.getTagFieldNumber(tag) + " has wire type "
                    + WireFormat.getTagWireType(tag) + ", not " + wireType);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
