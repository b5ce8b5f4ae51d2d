package io.heliograph.bindings.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.heliograph.bindings.EnvironmentException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's libcrypto, version 3, loaded once for the life of the process; pointers travel as {@code long}. Any thread.
 *
 * <p>Signatures as in the manual pages EVP_EncryptInit(3ssl) and EVP_MAC(3ssl). The calls that work on one packet are critical: they are
 * bounded by its length, neither block nor call back, and take no memory; a thread in one cannot reach a safepoint meanwhile.
 */
public final class Libcrypto {
    static final String LIBRARY = "libcrypto.so.3";

    // By the shape of what a function takes and returns; the function itself is given at the call.
    private static final MethodHandle LONG_OF_NOTHING = plain(FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle INT_OF_NOTHING = plain(FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle LONG_OF_LONG = plain(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle LONG_OF_3_LONGS =
            plain(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle VOID_OF_LONG = plain(FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle CLEANSE = plain(FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle INIT_KEY =
            plain(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle INIT_NONCE =
            critical(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle UPDATE =
            critical(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FINAL =
            critical(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CONTROL =
            critical(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MAC_4_LONGS =
            plain(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MAC_UPDATE =
            plain(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static @Nullable Libcrypto loaded;

    private final MemorySegment cipherFetch;
    private final MemorySegment cipherContextNew;
    private final MemorySegment cipherContextFree;
    private final MemorySegment cipherContextControl;
    private final MemorySegment encryptInit;
    private final MemorySegment encryptUpdate;
    private final MemorySegment encryptFinal;
    private final MemorySegment decryptInit;
    private final MemorySegment decryptUpdate;
    private final MemorySegment decryptFinal;
    private final MemorySegment macFetch;
    private final MemorySegment macContextNew;
    private final MemorySegment macContextFree;
    private final MemorySegment macInit;
    private final MemorySegment macUpdate;
    private final MemorySegment macFinal;
    private final MemorySegment cleanse;
    private final MemorySegment versionNumber;
    private final long aes128Gcm;
    private final long cmac;

    private Libcrypto(SymbolLookup library) {
        cipherFetch = find(library, "EVP_CIPHER_fetch");
        cipherContextNew = find(library, "EVP_CIPHER_CTX_new");
        cipherContextFree = find(library, "EVP_CIPHER_CTX_free");
        cipherContextControl = find(library, "EVP_CIPHER_CTX_ctrl");
        encryptInit = find(library, "EVP_EncryptInit_ex");
        encryptUpdate = find(library, "EVP_EncryptUpdate");
        encryptFinal = find(library, "EVP_EncryptFinal_ex");
        decryptInit = find(library, "EVP_DecryptInit_ex");
        decryptUpdate = find(library, "EVP_DecryptUpdate");
        decryptFinal = find(library, "EVP_DecryptFinal_ex");
        macFetch = find(library, "EVP_MAC_fetch");
        macContextNew = find(library, "EVP_MAC_CTX_new");
        macContextFree = find(library, "EVP_MAC_CTX_free");
        macInit = find(library, "EVP_MAC_init");
        macUpdate = find(library, "EVP_MAC_update");
        macFinal = find(library, "EVP_MAC_final");
        cleanse = find(library, "OPENSSL_cleanse");
        versionNumber = find(library, "OPENSSL_version_major");
        aes128Gcm = fetch(cipherFetch, "AES-128-GCM");
        cmac = fetch(macFetch, "CMAC");
    }

    /**
     * Loads the library, or gives the one that is loaded already.
     *
     * @throws EnvironmentException where there is none, or one without what is needed
     */
    public static synchronized Libcrypto load() {
        Libcrypto library = loaded;
        if (library == null) {
            library = load(LIBRARY);
            loaded = library;
        }
        return library;
    }

    @SuppressWarnings("restricted")
    static Libcrypto load(String soname) {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(
                    "OpenSSL not found: library=" + soname
                            + "; install it (Debian: apt install libssl3, or libssl3t64), or go without encryption",
                    e);
        }
        return new Libcrypto(library);
    }

    private static MemorySegment find(SymbolLookup library, String function) {
        return library.find(function)
                .orElseThrow(() -> new EnvironmentException("OpenSSL lacks a function: library=" + LIBRARY
                        + " function=" + function + "; install an unmodified OpenSSL 3, or go without encryption"));
    }

    private static long fetch(MemorySegment function, String algorithm) {
        try (Arena arena = Arena.ofConfined()) {
            long found = (long) LONG_OF_3_LONGS.invokeExact(
                    function, 0L, arena.allocateFrom(algorithm).address(), 0L);
            if (found == 0) {
                throw new EnvironmentException("OpenSSL lacks an algorithm: library=" + LIBRARY + " algorithm="
                        + algorithm + "; enable its default provider in openssl.cnf, or go without encryption");
            }
            return found;
        } catch (EnvironmentException e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The major version of the library, 3. */
    public int majorVersion() {
        try {
            return (int) INT_OF_NOTHING.invokeExact(versionNumber);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Overwrites a secret in a way that no compiler leaves out. */
    public void cleanse(long address, long lengthBytes) {
        try {
            CLEANSE.invokeExact(cleanse, address, lengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    long newCipherContext() {
        return create(cipherContextNew);
    }

    private static long create(MemorySegment function) {
        try {
            return notNull((long) LONG_OF_NOTHING.invokeExact(function));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeCipherContext(long context) {
        free(cipherContextFree, context);
    }

    private static void free(MemorySegment function, long context) {
        try {
            VOID_OF_LONG.invokeExact(function, context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets the key, and AES-128-GCM as its cipher: 1, or 0 on failure. */
    int initKey(boolean sealing, long context, long key) {
        try {
            MemorySegment function = sealing ? encryptInit : decryptInit;
            return (int) INIT_KEY.invokeExact(function, context, aes128Gcm, 0L, key, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins a message under the same key: 1, or 0 on failure. */
    int initNonce(boolean sealing, long context, long nonce) {
        try {
            MemorySegment function = sealing ? encryptInit : decryptInit;
            return (int) INIT_NONCE.invokeExact(function, context, 0L, 0L, 0L, nonce);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Takes bytes; with {@code out} 0 they are associated data: 1, or 0 on failure. */
    int update(boolean sealing, long context, long out, long outLength, long in, int lengthBytes) {
        try {
            MemorySegment function = sealing ? encryptUpdate : decryptUpdate;
            return (int) UPDATE.invokeExact(function, context, out, outLength, in, lengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends a message: 1, or not positive on failure, which for opening means that the tag is wrong. */
    int end(boolean sealing, long context, long out, long outLength) {
        try {
            MemorySegment function = sealing ? encryptFinal : decryptFinal;
            return (int) FINAL.invokeExact(function, context, out, outLength);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int control(long context, int command, int argument, long pointer) {
        try {
            return (int) CONTROL.invokeExact(cipherContextControl, context, command, argument, pointer);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    long newCmacContext() {
        try {
            return notNull((long) LONG_OF_LONG.invokeExact(macContextNew, cmac));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void freeMacContext(long context) {
        free(macContextFree, context);
    }

    int macInit(long context, long key, long keyBytes, long parameters) {
        try {
            return (int) MAC_4_LONGS.invokeExact(macInit, context, key, keyBytes, parameters);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int macUpdate(long context, long data, long lengthBytes) {
        try {
            return (int) MAC_UPDATE.invokeExact(macUpdate, context, data, lengthBytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int macFinal(long context, long out, long outLength, long outCapacity) {
        try {
            return (int) MAC_4_LONGS.invokeExact(macFinal, context, out, outLength, outCapacity);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long notNull(long pointer) {
        if (pointer == 0) {
            throw new OutOfMemoryError("libcrypto has no memory for a context");
        }
        return pointer;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle plain(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle critical(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
    }

    private static Error unexpected(Throwable e) {
        return e instanceof Error error ? error : new AssertionError("a native call threw", e);
    }
}
