/**
 * Will hold the offload path: the count-action datapath, the contract of a photonic multiply-accumulate device, its
 * emulator and the models that run on it.
 *
 * <p>Called by engines with the address and length of a placed region or a frame, on the engine's own thread.
 */
@NullMarked
package io.heliograph.offload;

import org.jspecify.annotations.NullMarked;
