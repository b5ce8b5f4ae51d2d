package io.heliograph.emulator.conformance.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** JSON objects over a socket, a line for each, without waiting for one. */
final class JsonLines implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER_BYTES = 1 << 16;
    /** More than the longest line: a megabyte of memory in hexadecimal. */
    private static final int MOST_LINE_BYTES = 1 << 24;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Deque<String> lines = new ArrayDeque<>();

    /** Takes over a connected channel. */
    JsonLines(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /**
     * The next object, or null if none is there yet.
     *
     * @throws EOFException if the other end hung up
     * @throws IOException if the line is no object
     */
    @Nullable
    JsonNode poll() throws IOException {
        if (lines.isEmpty()) {
            read();
        }
        String text = lines.poll();
        if (text == null) {
            return null;
        }
        try {
            JsonNode object = JSON.readTree(text);
            if (object.isObject()) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException("not a line of JSON: " + shown(text), e);
        }
        throw new IOException("not a JSON object: " + shown(text));
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 200));
    }

    private void read() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            throw new EOFException("the other end hung up");
        }
        for (byte each : buffer.flip().array()) {
            if (count-- == 0) {
                return;
            }
            if (each == '\n') {
                lines.add(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(each);
            }
            if (line.size() > MOST_LINE_BYTES) {
                throw new IOException("a line of more than " + MOST_LINE_BYTES + " bytes");
            }
        }
    }

    /** Sends an object whole. */
    void send(ObjectNode object) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((JSON.writeValueAsString(object) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
