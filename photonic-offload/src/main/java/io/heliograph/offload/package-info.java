/**
 * The offload path: what its parts share. The count-action datapath is in {@code datapath}, the contract of a photonic
 * multiply-accumulate device and its emulator in {@code device}, quantised networks in {@code model}, where noise enters in {@code
 * noise}; queries on the wire in {@code query}, who answers them in {@code serve}, the integers at full speed in {@code fast}.
 *
 * <p>Emulated time ({@link io.heliograph.offload.DeviceTime}, exact) and wall time (what our software takes) are never added or
 * compared.
 */
@NullMarked
package io.heliograph.offload;

import org.jspecify.annotations.NullMarked;
