/**
 * Which path each packet takes: the choice of its entropy value, and what is learned of each path from what comes back.
 *
 * <p>An engine owns one {@link io.heliograph.transport.path.PathPolicy} for each peer, and is the only one that calls it. Nothing here reads a
 * clock, allocates once it is made, or draws chance from elsewhere than the source it was given.
 */
@NullMarked
package io.heliograph.transport.path;

import org.jspecify.annotations.NullMarked;
