/**
 * The offload path: what its parts share. The count-action datapath is in {@code datapath}, the contract of a photonic
 * multiply-accumulate device and its emulator in {@code device}, quantised networks in {@code model}, where noise enters in {@code
 * noise}; queries on the wire in {@code query}, who answers them in {@code serve}, the integers at full speed in {@code fast}.
 *
 * <p>Where models come from is in {@code modelfile} (files of any kind), {@code onnx}, {@code graph} (convolutions and their integers) and {@code digits} (the shipped one); what a
 * query costs in {@code energy}, how long requests wait in LIGHTNING's study in {@code servetime}.
 *
 * <p>Emulated time ({@link io.heliograph.offload.DeviceTime}, exact) and wall time (what our software takes) are never added or
 * compared.
 */
@NullMarked
package io.heliograph.offload;

import org.jspecify.annotations.NullMarked;
