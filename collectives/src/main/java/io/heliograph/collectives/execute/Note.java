package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/**
 * What a rank says in words: why it failed, and which call it is in. Each is a length (32, native byte order), then UTF-8; the call is behind the reason. Cold path.
 */
final class Note {
    static final int REASON_BYTES = 512;
    static final int CALL_BYTES = 192;
    /** Both. */
    static final int BYTES = REASON_BYTES + CALL_BYTES;

    private static final int TEXT = Integer.BYTES;

    private Note() {}

    /** Writes why the rank failed. */
    static void writeReason(long note, String sentence) {
        write(note, REASON_BYTES, sentence);
    }

    /** Why the rank failed. */
    static String reason(long note) {
        return read(note, REASON_BYTES);
    }

    /** Writes which call the rank is in. */
    static void writeCall(long note, String call) {
        write(note + REASON_BYTES, CALL_BYTES, call);
    }

    /** Which call the rank is in, as it said when it was asked last; a mixture if it is saying so at this moment. */
    static String call(long note) {
        return read(note + REASON_BYTES, CALL_BYTES);
    }

    /** What is too long is cut. */
    private static void write(long note, int bytes, String sentence) {
        byte[] text = sentence.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, bytes - TEXT);
        NativeMemory.putInt(note, length);
        for (int i = 0; i < length; i++) {
            NativeMemory.putByte(note + TEXT + i, text[i]);
        }
    }

    /** The length is another process's word. */
    private static String read(long note, int bytes) {
        byte[] text = new byte[Math.clamp(NativeMemory.getInt(note), 0, bytes - TEXT)];
        for (int i = 0; i < text.length; i++) {
            text[i] = NativeMemory.getByte(note + TEXT + i);
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
