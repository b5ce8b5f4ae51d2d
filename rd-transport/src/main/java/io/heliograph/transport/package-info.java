/**
 * The reliable-datagram transport as an application sees it: {@link io.heliograph.transport.Endpoint} registers memory,
 * posts WRITEs and polls completions.
 *
 * <p>Called by applications and by the modules above, from the one thread that owns an endpoint. The rules it keeps are
 * numbered in {@code rd-transport/PROTOCOL.md}.
 */
@NullMarked
package io.heliograph.transport;

import org.jspecify.annotations.NullMarked;
