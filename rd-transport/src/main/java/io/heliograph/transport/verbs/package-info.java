/**
 * An endpoint whose NIC does the protocol: {@code VerbsEndpoint} writes through RC queue pairs of an RDMA device, made on first use.
 *
 * <p>Opened by applications. Two threads meet here: the one of {@code doWork} posts and polls, the rendezvous' own makes queue pairs and
 * takes them down; see {@code VERBS.md}.
 */
@NullMarked
package io.heliograph.transport.verbs;

import org.jspecify.annotations.NullMarked;
