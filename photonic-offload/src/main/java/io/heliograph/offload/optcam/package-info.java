/**
 * OpTCAM: ternary matching on the photonic core. A rule table whose lookup is a dot product per rule: a mismatched bit adds light, and the first rule that
 * stays dark is the answer.
 *
 * <p>{@link io.heliograph.offload.optcam.RuleTable} looks up with bit operations, {@link io.heliograph.offload.optcam.MatchDatapath} on a device, cycle by
 * cycle, through the count-action datapath, and {@link io.heliograph.offload.optcam.MatchLines} on a device's rings alone. {@link
 * io.heliograph.offload.optcam.ClassifierPort} applies a table to the frames of a port. The rule language is in {@code rules}.
 *
 * <p>Lookups allocate nothing. Tables are changed by control threads while others look up; devices belong to one thread.
 */
@NullMarked
package io.heliograph.offload.optcam;

import org.jspecify.annotations.NullMarked;
