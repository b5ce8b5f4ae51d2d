/**
 * The offload path: models that are loaded and replaced while queries run, a bounded queue, and the two ways in, packets ({@link
 * io.heliograph.offload.serve.QueryPort}) and an offload window ({@link io.heliograph.offload.serve.OffloadWindow}). QUERIES.md has the rules.
 *
 * <p>Whoever polls a port or an endpoint serves on that thread; {@link io.heliograph.offload.serve.ModelTable} may be changed by any. Nothing here
 * owns a thread or reads a clock.
 */
@NullMarked
package io.heliograph.offload.serve;

import org.jspecify.annotations.NullMarked;
