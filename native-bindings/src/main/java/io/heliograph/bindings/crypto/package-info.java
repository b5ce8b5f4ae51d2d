/**
 * OpenSSL's libcrypto, as far as packet encryption needs it: AES-GCM on the hot path, AES-CMAC for deriving keys.
 *
 * <p>Written by hand, as it is a dozen functions. Called by the transport's secure port, each object by one thread.
 */
@NullMarked
package io.heliograph.bindings.crypto;

import org.jspecify.annotations.NullMarked;
