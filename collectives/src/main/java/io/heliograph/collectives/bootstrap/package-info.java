/**
 * How ranks find each other: a rendezvous over TCP with a shared secret, and the variables by which launchers say who is who.
 *
 * <p>Cold path; called once by each process before it opens a communicator.
 */
@NullMarked
package io.heliograph.collectives.bootstrap;

import org.jspecify.annotations.NullMarked;
