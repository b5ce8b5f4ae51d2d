/**
 * The off-heap rings between an application and an endpoint's engine, as a NIC has them: work requests down, completions up.
 *
 * <p>Each ring has one writing and one reading thread, which may be the same.
 */
@NullMarked
package io.heliograph.transport.queue;

import org.jspecify.annotations.NullMarked;
