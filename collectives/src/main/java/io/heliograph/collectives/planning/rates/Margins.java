package io.heliograph.collectives.planning.rates;

/**
 * What a schedule does not use.
 *
 * @param headroom part of each link that stays free for acknowledgements, from 0 to below 1
 * @param slack by which part slots are longer than sending takes, for what comes later than foreseen; from 0 on
 */
public record Margins(double headroom, double slack) {
    /** Checks the ranges. */
    public Margins {
        if (!(headroom >= 0 && headroom < 1)) {
            throw new IllegalArgumentException("headroom=" + headroom + "; from 0 to below 1 is possible");
        }
        if (!(slack >= 0 && slack <= 10)) {
            throw new IllegalArgumentException("slack=" + slack + "; from 0 to 10 is possible");
        }
    }

    /** Headroom alone. */
    public static Margins headroom(double part) {
        return new Margins(part, 0);
    }
}
