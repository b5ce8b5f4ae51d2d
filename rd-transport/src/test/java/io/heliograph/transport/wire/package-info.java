/** Tests of the wire format, and {@link io.heliograph.transport.wire.SampleFrames} for other tests. */
@NullMarked
package io.heliograph.transport.wire;

import org.jspecify.annotations.NullMarked;
