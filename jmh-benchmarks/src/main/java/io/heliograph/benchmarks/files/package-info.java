/**
 * What {@code helio send} and {@code helio receive} do: the receiver maps each output file and registers the mapping, the
 * sender maps the source and WRITEs it, so bytes go from page cache to page cache with no buffer of ours between.
 *
 * <p>Called by the commands, on the thread of the session.
 */
@NullMarked
package io.heliograph.benchmarks.files;

import org.jspecify.annotations.NullMarked;
