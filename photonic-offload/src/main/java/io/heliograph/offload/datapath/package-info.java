/**
 * Count-action datapaths: stages with counts, targets and actions as data, without a central sequencer (LIGHTNING, SIGCOMM'23, section 4), and the machine that
 * steps them cycle by cycle.
 *
 * <p>Parsing, checking, compiling and drawing are the cold path. {@link io.heliograph.offload.datapath.DatapathMachine} is the hot one: on the engine's own thread, no
 * allocation per query.
 */
@NullMarked
package io.heliograph.offload.datapath;

import org.jspecify.annotations.NullMarked;
