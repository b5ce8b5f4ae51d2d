/**
 * What is on the wire, header by header, as {@code rd-transport/PROTOCOL.md} section 2 draws it.
 *
 * <p>Each header comes as two things. A {@code ...Layout} holds its offsets and unchecked big-endian accessors by address, for engines on
 * the hot path. A record of the header's name parses from and emits to a bounded segment, for tests and tools. Addresses given to the layouts of
 * transport headers are that of the BTH, because they all lie at a fixed distance from it; the others are given the address of their own first byte.
 *
 * <p>Nothing received is read through a layout before {@link io.heliograph.transport.wire.FrameCheck} has accepted the frame: it is the one
 * checked way in. {@link io.heliograph.transport.wire.FrameWriter} is the way out. Each engine has its own of both, used on its thread only.
 */
@NullMarked
package io.heliograph.transport.wire;

import org.jspecify.annotations.NullMarked;
