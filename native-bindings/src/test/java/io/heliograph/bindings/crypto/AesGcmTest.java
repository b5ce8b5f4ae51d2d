package io.heliograph.bindings.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.testing.Allocations;
import io.heliograph.testing.Refusal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

class AesGcmTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ROOM = 16_384;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment key = arena.allocate(AesGcm.KEY_BYTES);
    private final MemorySegment nonce = arena.allocate(AesGcm.NONCE_BYTES);
    private final MemorySegment associated = arena.allocate(64);
    private final MemorySegment data = arena.allocate(ROOM);
    private final MemorySegment tag = arena.allocate(AesGcm.TAG_BYTES);
    private AesGcm sealing;
    private AesGcm opening;

    @BeforeEach
    void load() {
        Libcrypto library;
        try {
            library = Libcrypto.load();
        } catch (EnvironmentException e) {
            throw new TestAbortedException(e.getMessage(), e);
        }
        assertEquals(3, library.majorVersion());
        sealing = AesGcm.forSealing(library);
        opening = AesGcm.forOpening(library);
    }

    @AfterEach
    void close() {
        if (sealing != null) {
            sealing.close();
            opening.close();
        }
        arena.close();
    }

    /** McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B; and the first two groups of CAVP's gcmEncryptExtIV128.rsp. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "GCM specification case 1 | 00000000000000000000000000000000 | 000000000000000000000000 | '' | '' | ''"
                        + " | 58e2fccefa7e3061367f1d57a4e7455a",
                "GCM specification case 2 | 00000000000000000000000000000000 | 000000000000000000000000"
                        + " | 00000000000000000000000000000000 | '' | 0388dace60b6a392f328c2b971b2fe78"
                        + " | ab6e47d42cec13bdf53a67b21257bddf",
                "GCM specification case 3 | feffe9928665731c6d6a8f9467308308 | cafebabefacedbaddecaf888"
                        + " | d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
                        + " | '' | 42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985"
                        + " | 4d5c2af327cd64a62cf35abd2ba6fab4",
                "GCM specification case 4 | feffe9928665731c6d6a8f9467308308 | cafebabefacedbaddecaf888"
                        + " | d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
                        + " | feedfacedeadbeeffeedfacedeadbeefabaddad2"
                        + " | 42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                        + " | 5bc94fbc3221a5db94fae95ae7121a47",
                "CAVP PTlen 0 count 0 | 11754cd72aec309bf52f7687212e8957 | 3c819d9a9bed087615030b65 | '' | '' | ''"
                        + " | 250327c674aaf477aef2675748cf6971",
                "CAVP PTlen 128 count 0 | 7fddb57453c241d03efbed3ac44e371c | ee283a3fc75575e33efd4887"
                        + " | d5de42b461646c255c87bd2962d3b9a2 | '' | 2ccda4a5415cb91e135c2a0f78c9b2fd"
                        + " | b36d1df9b9d5e596f83e8b7f52971cb3"
            })
    void shouldGiveTheKnownAnswer(String name, String k, String n, String plain, String a, String sealed, String t) {
        use(k, n, a);
        byte[] plaintext = HEX.parseHex(plain);
        put(data, plaintext);
        assertTrue(seal(a.length() / 2, plaintext.length));
        assertEquals(sealed, hex(data, plaintext.length));
        assertEquals(t, hex(tag, AesGcm.TAG_BYTES));
        assertTrue(open(a.length() / 2, plaintext.length));
        assertEquals(plain, hex(data, plaintext.length));
    }

    private void use(String k, String n, String a) {
        put(key, HEX.parseHex(k));
        put(nonce, HEX.parseHex(n));
        put(associated, HEX.parseHex(a));
        sealing.key(key.address());
        opening.key(key.address());
    }

    private boolean seal(int associatedBytes, int bytes) {
        return sealing.seal(
                nonce.address(), associated.address(), associatedBytes, data.address(), bytes, tag.address());
    }

    private boolean open(int associatedBytes, int bytes) {
        return opening.open(
                nonce.address(), associated.address(), associatedBytes, data.address(), bytes, tag.address());
    }

    @Test
    void shouldAgreeWithTheJdkAtEveryLength() throws GeneralSecurityException {
        Random random = new Random(1);
        for (int bytes = 0; bytes < 9_200; bytes += 1 + random.nextInt(50)) {
            byte[] k = random(random, AesGcm.KEY_BYTES);
            byte[] n = random(random, AesGcm.NONCE_BYTES);
            byte[] plaintext = random(random, bytes);
            byte[] a = random(random, random.nextInt(64));
            use(HEX.formatHex(k), HEX.formatHex(n), HEX.formatHex(a));
            put(data, plaintext);
            assertTrue(seal(a.length, bytes));
            Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(k, "AES"), new GCMParameterSpec(128, n));
            jdk.updateAAD(a);
            byte[] expected = jdk.doFinal(plaintext);
            assertArrayEquals(Arrays.copyOf(expected, bytes), bytes(data, bytes), "ciphertext of " + bytes);
            assertArrayEquals(Arrays.copyOfRange(expected, bytes, bytes + 16), bytes(tag, 16), "tag of " + bytes);
            assertTrue(open(a.length, bytes));
            assertArrayEquals(plaintext, bytes(data, bytes));
        }
    }

    @Test
    void shouldRefuseWhenAnyBitDiffers() {
        use("feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "feedfacedeadbeef");
        byte[] plaintext = random(new Random(2), 61);
        put(data, plaintext);
        assertTrue(seal(8, 61));
        byte[] ciphertext = bytes(data, 61);
        for (MemorySegment field : new MemorySegment[] {nonce, associated.asSlice(0, 8), data.asSlice(0, 61), tag}) {
            for (long bit = 0; bit < field.byteSize() * 8; bit++) {
                flip(field, bit);
                assertFalse(open(8, 61), "bit " + bit);
                put(data, ciphertext);
                if (field.address() != data.address()) {
                    flip(field, bit);
                }
            }
        }
        assertTrue(open(8, 61));
        assertArrayEquals(plaintext, bytes(data, 61));
    }

    @Test
    void shouldAllocateNothing() {
        use("feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "");
        long bytes = Allocations.inSteadyState(() -> {
            for (int i = 0; i < 20_000; i++) {
                nonce.set(ValueLayout.JAVA_INT, 0, i);
                if (!seal(0, 64) || !open(0, 64)) {
                    throw new IllegalStateException("not opened");
                }
            }
        });
        assertEquals(0, bytes);
    }

    @Test
    void shouldFailQuietlyWhenClosedOrWithoutKey() {
        assertFalse(seal(0, 16));
        assertFalse(open(0, 16));
        sealing.close();
        sealing.close();
        assertFalse(seal(0, 16));
        assertThrows(IllegalStateException.class, () -> sealing.key(key.address()));
    }

    @Test
    void shouldSayWhatToInstallWhenTheLibraryIsAbsent() {
        String refusal = Refusal.of(() -> Libcrypto.load("libcrypto.so.nowhere"));
        assertTrue(refusal.contains("OpenSSL not found") && refusal.contains("apt install"), refusal);
    }

    private static byte[] random(Random random, int bytes) {
        byte[] result = new byte[bytes];
        random.nextBytes(result);
        return result;
    }

    private static void flip(MemorySegment field, long bit) {
        byte old = field.get(ValueLayout.JAVA_BYTE, bit / 8);
        field.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    private static void put(MemorySegment to, byte[] bytes) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    private static byte[] bytes(MemorySegment from, int length) {
        return from.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static String hex(MemorySegment from, int length) {
        return HEX.formatHex(bytes(from, length));
    }
}
