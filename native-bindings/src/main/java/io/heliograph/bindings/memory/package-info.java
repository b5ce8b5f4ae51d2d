/**
 * Memory and processors of the machine: raw access by address, memory shared between processes, huge pages, CPU affinity, and whether
 * another process still lives.
 *
 * <p>{@link io.heliograph.bindings.memory.NativeMemory} is for the hot path, of whichever thread owns the addresses; the rest is for
 * set-up.
 */
@NullMarked
package io.heliograph.bindings.memory;

import org.jspecify.annotations.NullMarked;
