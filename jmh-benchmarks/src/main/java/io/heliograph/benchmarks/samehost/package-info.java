/**
 * Our side, and Aeron's, of the comparison of transports on one host that {@code scripts/compare-same-host} runs; each is a process's
 * main class that prints lines {@code METRIC SIZE VALUE}.
 *
 * <p>Metrics: {@code rate} in million messages a second, {@code bw} in 10^9 bytes a second, {@code p50} and {@code p99} of half a round
 * trip in microseconds.
 */
@NullMarked
package io.heliograph.benchmarks.samehost;

import org.jspecify.annotations.NullMarked;
