/**
 * Will hold communicators and the algorithms behind them, the traffic model, the offline rates and the planning of
 * topologies.
 *
 * <p>Called by training frameworks, one communicator to a thread.
 */
@NullMarked
package io.heliograph.collectives;

import org.jspecify.annotations.NullMarked;
