/**
 * Authenticated encryption of every packet, as {@code SECURITY.md} has it: {@link io.heliograph.transport.security.SecurePort} is a port around
 * a port, so that engines know nothing of it.
 *
 * <p>Called by whoever polls the port, on its thread. Ciphers are OpenSSL's; what is here is framing, keys and protection against replay.
 */
@NullMarked
package io.heliograph.transport.security;

import org.jspecify.annotations.NullMarked;
