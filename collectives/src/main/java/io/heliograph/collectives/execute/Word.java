package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a rank says while a communicator is rebuilt, all of it each time: a later word takes the place of an earlier one, even in the middle of its reading. Cold path.
 *
 * <pre>
 *   0  CRC-32C of the rest (32)
 *   4  1 if the rank confirms, 0 if it proposes (32)
 *   8  card of its new landing, see {@link Members}
 *  72  contexts that it has in use, see {@link Progress#contexts}
 * 204  a bit for each rank that it takes for lost
 * </pre>
 *
 * <p>Numbers are in big-endian order; a multiple of 64 bytes.
 *
 * @param confirms whether all that are not lost proposed the same
 * @param card of its new landing
 * @param contexts that it has in use
 * @param lost ranks that are to be left out
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Word(boolean confirms, byte[] card, byte[] contexts, BitSet lost) {
    private static final int LINE_BYTES = 64;
    private static final int CHECKED = Integer.BYTES;
    private static final int LOST = 2 * Integer.BYTES + Members.CARD_BYTES + Progress.CONTEXTS_BYTES;

    /** Length for so many ranks. */
    static int bytes(int size) {
        int bytes = LOST + (size + Byte.SIZE - 1) / Byte.SIZE;
        return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    }

    void write(long address, int lengthBytes) {
        byte[] bytes = ByteBuffer.allocate(lengthBytes)
                .putInt(0)
                .putInt(confirms ? 1 : 0)
                .put(card)
                .put(contexts)
                .put(lost.toByteArray())
                .array();
        ByteBuffer.wrap(bytes).putInt(0, checksum(bytes));
        for (int i = 0; i < lengthBytes; i++) {
            NativeMemory.putByte(address + i, bytes[i]);
        }
    }

    /** What is there; null if there is nothing whole. */
    static @Nullable Word read(long address, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = NativeMemory.getByte(address + i);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getInt() != checksum(bytes)) {
            return null;
        }
        boolean confirms = buffer.getInt() == 1;
        byte[] card = new byte[Members.CARD_BYTES];
        buffer.get(card);
        byte[] contexts = new byte[Progress.CONTEXTS_BYTES];
        buffer.get(contexts);
        return new Word(confirms, card, contexts, BitSet.valueOf(buffer));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED, bytes.length - CHECKED);
        return (int) crc.getValue();
    }
}
