package io.heliograph.offload.optcam;

/** Looks keys up in ternary rules: with bit operations ({@link RuleTable}) or on a device. No lookup allocates or throws. */
public interface TernaryMatcher {

    /** What a lookup gives if no rule matches. */
    int NO_MATCH = -1;

    /** Bits of a key. */
    int width();

    /**
     * The result of the first rule that matches.
     *
     * @param key address of whole 64-bit words that hold the width; bits behind it do not matter
     * @return at least 0; {@link #NO_MATCH}, or another number below 0 if there is no answer
     */
    int lookup(long key);
}
