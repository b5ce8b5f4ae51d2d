package io.heliograph.bindings.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One AES-128-GCM key in one direction (NIST SP 800-38D), with 96-bit nonces and 128-bit tags: a cipher context of libcrypto's that is kept, so
 * that a packet costs a new nonce and no key schedule.
 *
 * <p>Works in place on off-heap memory. Neither call allocates or throws; a nonce must never be used twice under one key for sealing, which is
 * the caller's care. One thread at a time.
 */
public final class AesGcm implements AutoCloseable {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 16;

    /** Bytes of a nonce. */
    public static final int NONCE_BYTES = 12;

    /** Bytes of a tag. */
    public static final int TAG_BYTES = 16;

    /** {@code EVP_CTRL_AEAD_GET_TAG} and {@code EVP_CTRL_AEAD_SET_TAG} of openssl/evp.h. */
    private static final int GET_TAG = 0x10;

    private static final int SET_TAG = 0x11;

    private final Libcrypto library;
    private final boolean sealing;
    // What libcrypto writes that nobody needs: a length, and the no bytes of a stream cipher's last block.
    private final MemorySegment scratch = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 4);
    private final long lengthAddress = scratch.address();
    private final long lastBlockAddress = scratch.address() + 16;
    private long context;

    private AesGcm(Libcrypto library, boolean sealing) {
        this.library = library;
        this.sealing = sealing;
        this.context = library.newCipherContext();
    }

    /** One that encrypts, without a key as yet. */
    public static AesGcm forSealing(Libcrypto library) {
        return new AesGcm(library, true);
    }

    /** One that verifies and decrypts, without a key as yet. */
    public static AesGcm forOpening(Libcrypto library) {
        return new AesGcm(library, false);
    }

    /**
     * Sets or replaces the key.
     *
     * @param keyAddress of {@value #KEY_BYTES} bytes, which libcrypto copies
     * @throws IllegalStateException if libcrypto refuses or this is closed
     */
    public void key(long keyAddress) {
        if (context == 0 || library.initKey(sealing, context, keyAddress) != 1) {
            throw new IllegalStateException("libcrypto took no AES-128-GCM key: closed=" + (context == 0));
        }
    }

    /**
     * Encrypts {@code lengthBytes} bytes in place and writes their tag.
     *
     * @param nonce address of {@value #NONCE_BYTES} bytes
     * @param associated address of what is authenticated only, not looked at if {@code associatedBytes} is 0
     * @param tag address of {@value #TAG_BYTES} bytes to write
     * @return whether it was done; false means that libcrypto failed, and that the bytes must not be sent
     */
    public boolean seal(long nonce, long associated, int associatedBytes, long data, int lengthBytes, long tag) {
        return begin(nonce, associated, associatedBytes)
                && library.update(true, context, data, lengthAddress, data, lengthBytes) == 1
                && library.end(true, context, lastBlockAddress, lengthAddress) == 1
                && library.control(context, GET_TAG, TAG_BYTES, tag) == 1;
    }

    /**
     * Verifies and decrypts {@code lengthBytes} bytes in place.
     *
     * @param tag address of the {@value #TAG_BYTES} bytes that came with them
     * @return whether the tag is right; if not, what stands at {@code data} is worthless and must not be used
     */
    public boolean open(long nonce, long associated, int associatedBytes, long data, int lengthBytes, long tag) {
        return begin(nonce, associated, associatedBytes)
                && library.update(false, context, data, lengthAddress, data, lengthBytes) == 1
                && library.control(context, SET_TAG, TAG_BYTES, tag) == 1
                && library.end(false, context, lastBlockAddress, lengthAddress) == 1;
    }

    private boolean begin(long nonce, long associated, int associatedBytes) {
        return context != 0
                && library.initNonce(sealing, context, nonce) == 1
                && (associatedBytes == 0
                        || library.update(sealing, context, 0, lengthAddress, associated, associatedBytes) == 1);
    }

    /** Frees the context, which wipes the key. Closing twice does nothing. */
    @Override
    public void close() {
        if (context != 0) {
            library.freeCipherContext(context);
            context = 0;
        }
    }
}
