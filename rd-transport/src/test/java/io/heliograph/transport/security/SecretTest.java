package io.heliograph.transport.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final byte[] BYTES = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory = Path.of("");

    private Path file(byte[] bytes, String permissions) throws IOException {
        Path file = directory.resolve("secret");
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void shouldReadAllBytesOfAFileOfOnesOwn() throws IOException {
        assertEquals(Secret.of(BYTES), Secret.read(file(BYTES, "rw-------")));
        byte[] longer = "0123456789abcdef\n".getBytes(StandardCharsets.US_ASCII);
        assertNotEquals(Secret.of(BYTES), Secret.of(longer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---"})
    void shouldRefuseAFileThatIsOpenToOthers(String permissions) throws IOException {
        Path file = file(BYTES, permissions);
        String refusal = Refusal.of(() -> Secret.read(file));
        assertTrue(refusal.contains(permissions) && refusal.contains("chmod 600"), refusal);
    }

    @Test
    void shouldRefuseWhatIsNoSecret() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> Secret.of(new byte[15]));
        Path shortOne = file(new byte[15], "rw-------");
        assertTrue(Refusal.of(() -> Secret.read(shortOne)).contains("too short"));
        Path longOne = file(new byte[70_000], "rw-------");
        assertTrue(Refusal.of(() -> Secret.read(longOne)).contains("too long"));
        assertTrue(Refusal.of(() -> Secret.read(directory.resolve("none"))).contains("none"));
    }

    @Test
    void shouldNotShowItself() {
        Secret secret = Secret.of(BYTES);
        String shown = secret + " " + Keyring.of(secret);
        assertFalse(shown.contains("0123"), shown);
        for (byte each : secret.master()) {
            assertFalse(shown.contains("%02x%02x".formatted(each, each)));
        }
        assertEquals("secret", secret.toString());
    }

    @Test
    void shouldChangeSecretsInThreeSteps() {
        Secret former = Secret.of(BYTES);
        Secret next = Secret.of(new byte[16]);
        Keyring ring = Keyring.of(former);
        assertThrows(IllegalArgumentException.class, ring::sendingOther);
        ring = ring.accepting(next);
        assertEquals(new Keyring(former, next, 0), ring);
        ring = ring.sendingOther();
        assertEquals(new Keyring(former, next, 1), ring);
        ring = ring.forgettingOther();
        assertEquals(new Keyring(null, next, 1), ring);
        assertEquals(new Keyring(former, next, 1), ring.accepting(former));
    }
}
