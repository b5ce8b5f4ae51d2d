/**
 * A userspace driver of the device: an {@link io.heliograph.transport.Endpoint} that knows the device by its registers, rings and tables alone, as {@code DEVICE.md} has them.
 *
 * <p>Opened by applications, experiments and tests, on the thread of the virtual time. What is posted moves when time does.
 */
@NullMarked
package io.heliograph.emulator.driver;

import org.jspecify.annotations.NullMarked;
