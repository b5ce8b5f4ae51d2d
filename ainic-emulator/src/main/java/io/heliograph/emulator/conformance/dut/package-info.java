/**
 * Devices under test: what the conformance kit drives. They share with the kit nothing but the interface, so that tests may load them a second time, with faults.
 *
 * <p>One thread, the kit's.
 */
@NullMarked
package io.heliograph.emulator.conformance.dut;

import org.jspecify.annotations.NullMarked;
