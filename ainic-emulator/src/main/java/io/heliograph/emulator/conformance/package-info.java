/**
 * The conformance kit: scenarios that say what a device must do by the numbered rules of PROTOCOL.md and DEVICE.md, runners that play them against a device under test, judges of what it
 * did, and reports.
 *
 * <p>Called by the command line and by tests, on one thread. Slow on purpose: packets are records and byte arrays here.
 */
@NullMarked
package io.heliograph.emulator.conformance;

import org.jspecify.annotations.NullMarked;
