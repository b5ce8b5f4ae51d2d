/**
 * Implementations of {@link io.heliograph.transport.Endpoint}: {@code PacketEndpoint} speaks the packet protocol over any port.
 *
 * <p>Opened by applications; see {@link io.heliograph.transport.Endpoint} for which thread calls what.
 */
@NullMarked
package io.heliograph.transport.endpoint;

import org.jspecify.annotations.NullMarked;
