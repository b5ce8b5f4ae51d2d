/**
 * Waveforms: value change dumps (IEEE 1364-2005 clause 18) of devices, for viewers such as GTKWave.
 *
 * <p>Opened by experiments, the conformance kit and tests, before the time runs; the thread of the virtual time.
 */
@NullMarked
package io.heliograph.emulator.waveform;

import org.jspecify.annotations.NullMarked;
