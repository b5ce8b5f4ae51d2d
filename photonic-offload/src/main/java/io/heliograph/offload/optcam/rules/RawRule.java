package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.offload.optcam.Verdict;
import java.util.List;

/**
 * A rule that says itself which bits of the key it wants.
 *
 * @param pattern of the key's first bits; the others may be either
 */
public record RawRule(Verdict verdict, TernaryPattern pattern, RuleOptions options) implements Rule {

    /** Refuses more bits than the key has. */
    public RawRule {
        if (pattern.width() > PacketKey.WIDTH) {
            throw new IllegalArgumentException(
                    "more bits than the key has: bits=" + pattern.width() + " key=" + PacketKey.WIDTH);
        }
    }

    @Override
    public List<TernaryPattern> patterns() {
        TernaryPattern whole = TernaryPattern.any(PacketKey.WIDTH);
        for (int bit = 0; bit < pattern.width(); bit++) {
            if (pattern.bit(bit) != TernaryPattern.EITHER) {
                whole = whole.withField(bit, 1, pattern.bit(bit));
            }
        }
        return List.of(whole);
    }

    @Override
    public String toString() {
        return RuleParser.keyword(verdict) + " ternary " + pattern + " (" + options + ")";
    }
}
