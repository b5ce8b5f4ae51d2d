package io.heliograph.offload.optcam;

import io.heliograph.offload.device.OperandWord;

/**
 * What one bit of a rule adds to the rule's sum on a device, measured: where the line between match and mismatch is to be drawn.
 *
 * @param weight of the bits that a rule lets pass, 1 to 255
 * @param match the mean that a bit which agrees adds: leaking light, and noise that the ADC cuts at 0
 * @param mismatch the mean that a bit which differs adds
 */
record MatchLevels(int weight, double match, double mismatch) {

    /** Sums of the datapath have 16 bits; this much of them is used, the rest is left to noise. */
    static final int SUM_LIMIT = 32_000;

    /** Half way between the sum of a key that matches and that of one which differs in one bit. */
    double threshold(int cares) {
        return match * cares + (mismatch - match) / 2;
    }

    /** The largest weight with which a key that differs in all bits stays within the limit. */
    int weightFor(int cares, int limit) {
        double most = limit / (mismatch * Math.max(1, cares));
        return (int) Math.max(1, Math.min(OperandWord.MAX_VALUE, Math.floor(weight * most)));
    }
}
