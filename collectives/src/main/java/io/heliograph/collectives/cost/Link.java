package io.heliograph.collectives.cost;

/**
 * What a chunk costs between two ranks: latency + length x time for each byte (Hockney 1994).
 *
 * @param latencyNs of a message of no length, all that its sender and receiver do included
 * @param nsPerByte added by each byte
 */
public record Link(double latencyNs, double nsPerByte) {
    /** Checks that they are times. */
    public Link {
        Costs.require("latencyNs", latencyNs);
        Costs.require("nsPerByte", nsPerByte);
    }

    /** Of a message. */
    double timeNs(double bytes) {
        return latencyNs + bytes * nsPerByte;
    }
}
