/**
 * The AINIC and the network it lives in, in virtual time: {@code event} moves the time, {@code fabric} carries real frames over links and switches,
 * {@code topology} says which link goes where, {@code host} runs the protocol's own endpoints at its edge.
 *
 * <p>Called by experiments, by the device model and by the conformance kit. Single-threaded: a fabric and all that is in it belong to one thread, several
 * run side by side. The same seed gives the same run, event for event.
 */
@NullMarked
package io.heliograph.emulator;

import org.jspecify.annotations.NullMarked;
