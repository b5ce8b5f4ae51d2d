/**
 * Where noise enters a photonic multiply-accumulate, how much, and what it does to a network.
 *
 * <p>Chance is an input: a seeded source replays a run exactly. One thread at a time, no allocation once made.
 */
@NullMarked
package io.heliograph.offload.noise;

import org.jspecify.annotations.NullMarked;
