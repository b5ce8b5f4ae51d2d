package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.charset.StandardCharsets;

/** Why a rank failed, in a sentence: a length (32, native byte order), then UTF-8. Cold path. */
final class Note {
    static final int BYTES = 512;

    private static final int TEXT = Integer.BYTES;

    private Note() {}

    /** Writes one; what is too long is cut. */
    static void write(long note, String sentence) {
        byte[] text = sentence.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, BYTES - TEXT);
        NativeMemory.putInt(note, length);
        for (int i = 0; i < length; i++) {
            NativeMemory.putByte(note + TEXT + i, text[i]);
        }
    }

    /** Reads one; its length is another process's word. */
    static String read(long note) {
        byte[] text = new byte[Math.clamp(NativeMemory.getInt(note), 0, BYTES - TEXT)];
        for (int i = 0; i < text.length; i++) {
            text[i] = NativeMemory.getByte(note + TEXT + i);
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
