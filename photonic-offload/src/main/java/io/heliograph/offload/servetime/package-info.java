/**
 * The serve-time study of LIGHTNING's evaluation, computed anew: requests for several networks arrive at an accelerator that serves them layer by layer on its cores (SERVING.md).
 *
 * <p>Virtual time, one thread, chance from a seed.
 */
@NullMarked
package io.heliograph.offload.servetime;

import org.jspecify.annotations.NullMarked;
