/** What the tests of every module share; used from their class path, never from production code. */
@NullMarked
package io.heliograph.testing;

import org.jspecify.annotations.NullMarked;
