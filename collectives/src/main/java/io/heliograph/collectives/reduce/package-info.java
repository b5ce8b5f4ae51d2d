/**
 * The arithmetic: elements of two memories become one, by vectors of the processor's width.
 *
 * <p>Hot; called by whoever carries out a collective, on any thread. Addresses are not checked.
 */
@NullMarked
package io.heliograph.collectives.reduce;

import org.jspecify.annotations.NullMarked;
