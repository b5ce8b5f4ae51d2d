package io.heliograph.bindings.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * CMAC with AES-256 (NIST SP 800-38B), for deriving keys. Works on off-heap memory and allocates nothing on the heap. One thread at a time.
 */
public final class AesCmac implements AutoCloseable {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    /** Bytes of what it computes. */
    public static final int MAC_BYTES = 16;

    /** {@code OSSL_PARAM_UTF8_STRING} of openssl/core.h. */
    private static final int UTF8_STRING = 4;

    private static final int PARAMETER_BYTES = 40;

    private final Libcrypto library;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment length = arena.allocate(ValueLayout.JAVA_LONG);
    private final long lengthAddress = length.address();
    private final MemorySegment parameters = arena.allocate(2 * PARAMETER_BYTES, 8);
    private long context;

    /** One that has no key as yet. */
    public AesCmac(Libcrypto library) {
        this.library = library;
        // struct ossl_param_st: key at 0, data_type at 8, data at 16, data_size at 24, return_size at 32; all 0 ends
        // the list.
        MemorySegment cipher = arena.allocateFrom("AES-256-CBC");
        parameters.set(ValueLayout.JAVA_LONG, 0, arena.allocateFrom("cipher").address());
        parameters.set(ValueLayout.JAVA_INT, 8, UTF8_STRING);
        parameters.set(ValueLayout.JAVA_LONG, 16, cipher.address());
        parameters.set(ValueLayout.JAVA_LONG, 24, cipher.byteSize() - 1);
        this.context = library.newCmacContext();
    }

    /**
     * Computes the CMAC of {@code lengthBytes} bytes.
     *
     * @param key address of {@value #KEY_BYTES} bytes; set anew each time, since OpenSSL before 3.0.3 does not begin anew without
     * @param mac address of {@value #MAC_BYTES} bytes to write
     * @throws IllegalStateException if libcrypto refuses or this is closed
     */
    public void compute(long key, long data, long lengthBytes, long mac) {
        boolean done = context != 0
                && library.macInit(context, key, KEY_BYTES, parameters.address()) == 1
                && library.macUpdate(context, data, lengthBytes) == 1
                && library.macFinal(context, mac, lengthAddress, MAC_BYTES) == 1;
        if (!done) {
            throw new IllegalStateException("libcrypto computed no CMAC: closed=" + (context == 0));
        }
    }

    /** Frees the context. Closing twice does nothing. */
    @Override
    public void close() {
        if (context != 0) {
            library.freeMacContext(context);
            context = 0;
        }
    }
}
