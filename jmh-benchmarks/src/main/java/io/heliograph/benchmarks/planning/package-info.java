/** {@code helio plan}: what a training job sends, told before it runs. */
@NullMarked
package io.heliograph.benchmarks.planning;

import org.jspecify.annotations.NullMarked;
