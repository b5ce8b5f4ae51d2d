package io.heliograph.collectives.planning.rates;

/**
 * What one host sends to another.
 *
 * @param from number of the host that sends
 * @param to number of another
 */
public record Flow(int from, int to) {}
