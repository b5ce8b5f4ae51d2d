/**
 * Rules for packets: a small subset of the header syntax of Snort and Suricata, and raw ternary bits, as entries of a rule table.
 *
 * <p>Cold path; any thread. What is in the subset is in OPTCAM.md; what is not is refused with line and column.
 */
@NullMarked
package io.heliograph.offload.optcam.rules;

import org.jspecify.annotations.NullMarked;
