/**
 * What drivers and the operating system offer, as Java.
 *
 * <p>Called by the transport's ports, and by nobody else on the hot path. Types generated from C headers live in
 * packages below this one named {@code generated}; nothing outside this module imports them.
 */
@NullMarked
package io.heliograph.bindings;

import org.jspecify.annotations.NullMarked;
