/**
 * The network between ports, in virtual time: links, switches with shared buffers, what they do to frames, and what goes wrong with them.
 *
 * <p>{@code event} moves the time, this package carries frames, {@code topology} says which link goes where, and {@code host} runs the protocol's own endpoints at the edge. A fabric and all that is in it belong to one thread; several run
 * side by side. The same seed gives the same run, event for event.
 *
 * <p>Frames are the real ones, byte for byte as an endpoint wrote them: they go from the sender's pool entry to the receiver without a copy, switches mark, trim and
 * corrupt the bytes themselves. Called by {@code topology}, which builds fabrics, by {@code host}, whose ports are at the edge, and by experiments and tests, which watch.
 * One thread; nothing is allocated per frame.
 */
@NullMarked
package io.heliograph.emulator.fabric;

import org.jspecify.annotations.NullMarked;
