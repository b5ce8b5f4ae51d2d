package io.heliograph.transport.security;

import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of a network know and nobody else does; every packet key follows from it. Immutable; it never prints itself.
 *
 * <p>It should be random: a password that can be guessed can be tried out on captured packets. Only the extract step of HKDF with SHA-256
 * (RFC 5869 section 2.2) of the bytes is kept.
 */
public final class Secret {
    /** The shortest one, in bytes. */
    public static final int LEAST_BYTES = 16;

    private static final int GREATEST_BYTES = 65_536;
    private static final byte[] SALT = "heliograph security 1".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final byte[] master;

    private Secret(byte[] master) {
        this.master = master;
    }

    /**
     * A secret of these bytes, which are copied.
     *
     * @throws IllegalArgumentException if there are fewer than {@value #LEAST_BYTES}
     */
    public static Secret of(byte[] bytes) {
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException("secret too short: bytes=" + bytes.length + "; give at least "
                    + LEAST_BYTES + " random bytes (head -c 32 /dev/urandom > FILE)");
        }
        try {
            Mac extract = Mac.getInstance("HmacSHA256");
            extract.init(new SecretKeySpec(SALT, "HmacSHA256"));
            return new Secret(extract.doFinal(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /**
     * A secret of all bytes of a file.
     *
     * @throws EnvironmentException if it cannot be read, is too short or too long, or others than its owner have any right to it
     */
    public static Secret read(Path file) {
        byte[] bytes = new byte[0];
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNERS.containsAll(permissions)) {
                throw new EnvironmentException("secret file is open to others: file=" + file + " permissions="
                        + PosixFilePermissions.toString(permissions) + "; make it yours alone (chmod 600 " + file
                        + ")");
            }
            if (Files.size(file) > GREATEST_BYTES) {
                throw new EnvironmentException("secret file too long: file=" + file + " bytes=" + Files.size(file)
                        + "; give at most " + GREATEST_BYTES);
            }
            bytes = Files.readAllBytes(file);
            return of(bytes);
        } catch (IOException | UnsupportedOperationException e) {
            throw new EnvironmentException(
                    "secret file not read: file=" + file + " error=" + e + "; give a file of yours (chmod 600)", e);
        } catch (IllegalArgumentException e) {
            throw new EnvironmentException(file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The 32 bytes from which keys are derived; not to be changed. */
    byte[] master() {
        return master;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(master, secret.master);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(master);
    }

    @Override
    public String toString() {
        return "secret";
    }
}
