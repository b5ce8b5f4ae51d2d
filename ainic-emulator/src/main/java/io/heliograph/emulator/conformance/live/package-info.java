/**
 * Devices that live elsewhere: the kit's end of a cable, and how it uses a device's application over a socket. {@link io.heliograph.emulator.conformance.live.LiveDevices} makes them for
 * {@link io.heliograph.emulator.conformance.Conformance}.
 *
 * <p>One thread each, the kit's and the agent's.
 */
@NullMarked
package io.heliograph.emulator.conformance.live;

import org.jspecify.annotations.NullMarked;
