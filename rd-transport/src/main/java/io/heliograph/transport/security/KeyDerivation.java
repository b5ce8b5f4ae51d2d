package io.heliograph.transport.security;

import io.heliograph.bindings.crypto.AesCmac;
import io.heliograph.bindings.crypto.AesGcm;
import io.heliograph.bindings.crypto.Libcrypto;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Packet keys from secrets: the key derivation of PSP, one round of NIST SP 800-108 section 4.1 (counter mode) with AES-256-CMAC, over
 *
 * <pre>
 *   1 (32) | "heliogr" 0x00 | word (64) | source (128) | destination (128) | secure port (16) | plain port (16) | 0 (32) | 128 (32)
 * </pre>
 *
 * <p>Addresses are part of what is derived from, so that a packet whose addresses were changed is one under another key. Off-heap; allocates nothing
 * after construction. One thread at a time.
 */
final class KeyDerivation implements AutoCloseable {
    private static final int WORD = 12;
    private static final int SOURCE = 20;
    private static final int DESTINATION = 36;
    private static final int PORTS = 52;
    private static final int INPUT_BYTES = 64;
    private static final int PHASES = 2;

    private final Libcrypto library;
    private final AesCmac cmac;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment masters = arena.allocate((long) PHASES * AesCmac.KEY_BYTES, 8);
    private final MemorySegment input = arena.allocate(INPUT_BYTES, 8);
    private final MemorySegment key = arena.allocate(AesGcm.KEY_BYTES, 8);

    KeyDerivation(Libcrypto library, int securePort, int plainPort) {
        this.library = library;
        cmac = new AesCmac(library);
        long address = input.address();
        NativeMemory.putIntBigEndian(address, 1);
        MemorySegment.copy(
                "heliogr".getBytes(StandardCharsets.US_ASCII), 0, input, ValueLayout.JAVA_BYTE, Integer.BYTES, 7);
        NativeMemory.putShortBigEndian(address + PORTS, (short) securePort);
        NativeMemory.putShortBigEndian(address + PORTS + 2, (short) plainPort);
        NativeMemory.putIntBigEndian(address + INPUT_BYTES - Integer.BYTES, AesGcm.KEY_BYTES * Byte.SIZE);
    }

    /** Sets the secret of a phase. */
    void secret(int phase, Secret secret) {
        MemorySegment.copy(
                secret.master(),
                0,
                masters,
                ValueLayout.JAVA_BYTE,
                (long) phase * AesCmac.KEY_BYTES,
                AesCmac.KEY_BYTES);
    }

    /** Wipes the secret of a phase. */
    void forget(int phase) {
        library.cleanse(masters.address() + (long) phase * AesCmac.KEY_BYTES, AesCmac.KEY_BYTES);
    }

    /** Gives {@code cipher} the key of an association, whose word says which secret. */
    void key(AesGcm cipher, long word, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        long address = input.address();
        NativeMemory.putLongBigEndian(address + WORD, word);
        NativeMemory.putLongBigEndian(address + SOURCE, sourceHigh);
        NativeMemory.putLongBigEndian(address + SOURCE + 8, sourceLow);
        NativeMemory.putLongBigEndian(address + DESTINATION, destinationHigh);
        NativeMemory.putLongBigEndian(address + DESTINATION + 8, destinationLow);
        long master = masters.address() + (long) SecurityHeaderLayout.phase(word) * AesCmac.KEY_BYTES;
        cmac.compute(master, address, INPUT_BYTES, key.address());
        cipher.key(key.address());
        library.cleanse(key.address(), AesGcm.KEY_BYTES);
    }

    @Override
    public void close() {
        for (int phase = 0; phase < PHASES; phase++) {
            forget(phase);
        }
        cmac.close();
    }
}
