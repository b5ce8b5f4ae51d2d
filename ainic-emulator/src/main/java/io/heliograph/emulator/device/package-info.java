/**
 * The NIC as a device: registers, rings and tables in off-heap memory as {@code DEVICE.md} lays them out, and a pipeline whose every step takes its time.
 *
 * <p>The protocol's decisions are those of {@link io.heliograph.transport.endpoint.PacketEndpoint}, which sits in the middle of the pipeline; the device moves packets, entries and time around it. One
 * thread, that of the virtual time. Opened by experiments and the conformance kit; drivers see {@link io.heliograph.emulator.device.Mmio} and their own memory alone.
 */
@NullMarked
package io.heliograph.emulator.device;

import org.jspecify.annotations.NullMarked;
