/**
 * Virtual time: actors, each with at most one moment at which it acts next, and the queue that finds the earliest.
 *
 * <p>Time is a {@code long} in picoseconds, which is exact for every line rate that divides 8 Tbit/s and lasts 106 days. One thread; nothing is allocated
 * once all actors are known.
 */
@NullMarked
package io.heliograph.emulator.event;

import org.jspecify.annotations.NullMarked;
