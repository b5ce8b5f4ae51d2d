/**
 * Which hosts, switches and cables a fabric has: the usual shapes by their parameters, any other from a file.
 *
 * <p>Called by experiments and tests, before the time begins.
 */
@NullMarked
package io.heliograph.emulator.topology;

import org.jspecify.annotations.NullMarked;
