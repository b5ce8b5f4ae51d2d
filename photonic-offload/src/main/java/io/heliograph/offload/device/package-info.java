/**
 * The contract of a photonic multiply-accumulate device, driven as a card is, through rings and doorbells, and an emulator of one.
 *
 * <p>Called by the datapath on the engine's own thread; nothing on the operand path allocates.
 */
@NullMarked
package io.heliograph.offload.device;

import org.jspecify.annotations.NullMarked;
