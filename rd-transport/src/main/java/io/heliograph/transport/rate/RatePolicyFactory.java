package io.heliograph.transport.rate;

/** Makes the rate policy of each engine of an endpoint. */
@FunctionalInterface
public interface RatePolicyFactory {
    /** What may be made up after polling late: some duty cycles. */
    long BURST_NS = 10_000;

    /** Rates of a table, line rate while there is none: the default. */
    RatePolicyFactory TABLE_PACED = (tables, flows, engines) -> new TablePaced(tables, flows, engines, BURST_NS);

    /** Line rate, whatever tables are loaded. */
    RatePolicyFactory LINE_RATE = (tables, flows, engines) -> new LineRate(flows);

    /**
     * A policy for one engine.
     *
     * @param tables where the endpoint's tables are loaded
     * @param flows they are numbered from 0
     * @param engines of the endpoint, this one among them; each sends packets of every flow, over a part of the line
     */
    RatePolicy make(RateTables tables, int flows, int engines);
}
