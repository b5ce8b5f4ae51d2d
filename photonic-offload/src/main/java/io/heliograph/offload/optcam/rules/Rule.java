package io.heliograph.offload.optcam.rules;

import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.offload.optcam.Verdict;
import java.util.List;

/** One rule of a file; its text, as {@link RuleParser} reads it, is what {@code toString} gives. */
public sealed interface Rule permits HeaderRule, RawRule {

    /** What is done with frames that match. */
    Verdict verdict();

    /** What stands in parentheses. */
    RuleOptions options();

    /** The patterns of keys, of which one must match; none if no packet can. */
    List<TernaryPattern> patterns();
}
