/**
 * The network between ports, in virtual time: links, switches with shared buffers, what they do to frames, and what goes wrong with them.
 *
 * <p>Frames are the real ones, byte for byte as an endpoint wrote them: they go from the sender's pool entry to the receiver without a copy, switches mark, trim and
 * corrupt the bytes themselves. Called by {@code topology}, which builds fabrics, by {@code host}, whose ports are at the edge, and by experiments and tests, which watch.
 * One thread; nothing is allocated per frame.
 */
@NullMarked
package io.heliograph.emulator.fabric;

import org.jspecify.annotations.NullMarked;
