package io.heliograph.benchmarks.cli;

/**
 * One kind of port and what this machine makes of it.
 *
 * @param port what to give to {@code --port}
 * @param usable whether it would work now, for this user
 * @param note what it is, or what is missing and what to do
 */
record PortOffer(String port, boolean usable, String note) {

    static PortOffer usable(String port, String note) {
        return new PortOffer(port, true, note);
    }

    static PortOffer missing(String port, String whatToDo) {
        return new PortOffer(port, false, whatToDo);
    }
}
