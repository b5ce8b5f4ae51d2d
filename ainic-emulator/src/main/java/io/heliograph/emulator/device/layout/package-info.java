/**
 * What the device shows of itself, declared once: registers, entries of rings and tables, codes. Offsets that the emulator uses, the tables of {@code DEVICE.md}, the C header
 * and the machine-readable map all come from here.
 *
 * <p>Read by the device, the driver and the command line; immutable, any thread.
 */
@NullMarked
package io.heliograph.emulator.device.layout;

import org.jspecify.annotations.NullMarked;
