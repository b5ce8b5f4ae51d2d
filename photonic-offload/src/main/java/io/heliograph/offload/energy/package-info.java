/**
 * What a query costs a photonic device: energy and emulated time for each layer, from a description of the device whose every constant names its source.
 *
 * <p>Cold path, any thread. Emulated time only; nothing here knows how long our software takes.
 */
@NullMarked
package io.heliograph.offload.energy;

import org.jspecify.annotations.NullMarked;
