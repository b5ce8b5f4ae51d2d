/**
 * Inference queries and their answers on the wire (QUERIES.md): layouts for the hot path, records for tools and tests, and a client over any port.
 *
 * <p>The layouts are unchecked access by address; {@link io.heliograph.offload.query.QueryLayout#check} is the one checked way in. {@link
 * io.heliograph.offload.query.QueryClient} belongs to one thread.
 */
@NullMarked
package io.heliograph.offload.query;

import org.jspecify.annotations.NullMarked;
