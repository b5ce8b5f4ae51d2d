package io.heliograph.emulator.fabric;

/**
 * What a link joins, and what it is like when nothing is wrong.
 *
 * @param number from 0, in the order in which the fabric was built
 * @param config rate, delay and error rates
 * @param from where it begins
 * @param fromPort the port of {@code from} that it is
 * @param to where it ends
 * @param toPort the port of {@code to} that it comes in by
 */
record LinkEnds(int number, LinkConfig config, Node from, int fromPort, Node to, int toPort) {
    /** Such as {@code h0>s1}. */
    String name() {
        return from.name() + ">" + to.name();
    }
}
