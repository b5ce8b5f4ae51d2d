/** Checksums that a native library computes faster than the JDK; the hot path, any thread. An absent library is an answer, not an error. */
@NullMarked
package io.heliograph.bindings.checksum;

import org.jspecify.annotations.NullMarked;
