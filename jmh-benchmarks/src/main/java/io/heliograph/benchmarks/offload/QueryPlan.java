package io.heliograph.benchmarks.offload;

/**
 * What a client asks.
 *
 * @param model number at the server
 * @param flags of each query
 * @param queries in all, warm-up not counted
 * @param ratePerSecond at which queries are due, or 0 for as fast as answers come
 * @param outstanding queries under way at once, where there is no rate
 * @param warmupNs how long to ask first, as fast as answers come, without counting
 * @param timeoutNs after which a query counts as lost
 */
public record QueryPlan(
        int model, int flags, long queries, double ratePerSecond, int outstanding, long warmupNs, long timeoutNs) {}
