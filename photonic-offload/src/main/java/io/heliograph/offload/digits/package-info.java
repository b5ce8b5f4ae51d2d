/**
 * Handwriting-like digits that a seed draws, and the training of a small network on them: the default model needs no data from outside.
 *
 * <p>All of it is the cold path, on the caller's thread. Arithmetic is the JDK's strict one, so the same seed gives the same bytes on every machine.
 */
@NullMarked
package io.heliograph.offload.digits;

import org.jspecify.annotations.NullMarked;
