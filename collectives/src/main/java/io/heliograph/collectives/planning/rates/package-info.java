/**
 * From a job and a fabric to rates: which flows there are when, how fast each may be so that no link carries more than it can, and the table that endpoints load.
 *
 * <p>Computed before a job runs, on one thread.
 */
@NullMarked
package io.heliograph.collectives.planning.rates;

import org.jspecify.annotations.NullMarked;
