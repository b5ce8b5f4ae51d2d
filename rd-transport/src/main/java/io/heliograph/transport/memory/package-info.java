/**
 * The table of registered memory: what every arriving packet's key, bounds and permission are checked against.
 *
 * <p>Written by the application thread, read by engines; a reader holds an immutable snapshot.
 */
@NullMarked
package io.heliograph.transport.memory;

import org.jspecify.annotations.NullMarked;
