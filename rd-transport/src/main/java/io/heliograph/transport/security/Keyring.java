package io.heliograph.transport.security;

import org.jspecify.annotations.Nullable;

/**
 * Up to two secrets, named by the header's phase bit: one to send with, both to receive with. So a network changes its secret without a pause,
 * as with PSP's two master keys: every node {@linkplain #accepting accepts} the next one, then every node {@linkplain #sendingOther sends} with it,
 * then every node {@linkplain #forgettingOther forgets} the former.
 *
 * @param first phase 0
 * @param second phase 1
 * @param sending the phase to send with, 0 or 1; its secret is there
 */
public record Keyring(@Nullable Secret first, @Nullable Secret second, int sending) {
    /** Checks that there is something to send with. */
    public Keyring {
        if ((sending != 0 && sending != 1) || (sending == 0 ? first : second) == null) {
            throw new IllegalArgumentException("no secret to send with: phase=" + sending + "; accept one first");
        }
    }

    /** One secret. */
    public static Keyring of(Secret secret) {
        return new Keyring(secret, null, 0);
    }

    /** The same, which takes packets under {@code next} as well, in place of the secret that is not sent with. */
    public Keyring accepting(Secret next) {
        return sending == 0 ? new Keyring(first, next, 0) : new Keyring(next, second, 1);
    }

    /**
     * The same, which sends with the other secret.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Keyring sendingOther() {
        return new Keyring(first, second, 1 - sending);
    }

    /** The same without the secret that is not sent with. */
    public Keyring forgettingOther() {
        return sending == 0 ? new Keyring(first, null, 0) : new Keyring(null, second, 1);
    }

    @Nullable
    Secret secret(int phase) {
        return phase == 0 ? first : second;
    }
}
