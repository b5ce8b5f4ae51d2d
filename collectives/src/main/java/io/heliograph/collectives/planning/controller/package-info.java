/**
 * A central controller for traffic that no plan foresees, such as that of experts, after Fastpass (Perry et al., SIGCOMM 2014): nodes say how many chunks they have for whom, and get slots of time and paths to send them by,
 * so that no two chunks meet at a link.
 *
 * <p>The rules of the protocol are numbered in {@code collectives/CONTROLLER.md}. Time, chance and the wire are inputs; each object is for one thread, and what is called per slot or per packet allocates nothing.
 */
@NullMarked
package io.heliograph.collectives.planning.controller;

import org.jspecify.annotations.NullMarked;
