/**
 * Will hold the AINIC as a device (registers, rings, doorbells, pipeline) and the fabric it lives in, in virtual time,
 * with the conformance kit that judges other implementations by the same rules.
 *
 * <p>Called by NIC designers and by the conformance commands; single-threaded, its time is an input.
 */
@NullMarked
package io.heliograph.emulator;

import org.jspecify.annotations.NullMarked;
