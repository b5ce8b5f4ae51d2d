/**
 * RDMA devices by libibverbs: which there are, what they and their ports offer, and the objects of reliable connections (RC) and
 * datagrams (UD): protection domains, registered memory, completion queues and channels, queue pairs, address handles, asynchronous
 * events.
 *
 * <p>Set-up is for one thread at a time and throws {@link io.heliograph.bindings.EnvironmentException} as {@code function: errno text,
 * values; what to do}. Posts and polls go straight to the driver by the context's function pointers, allocate nothing and throw
 * nothing: {@link io.heliograph.bindings.verbs.SendRequests} and {@link io.heliograph.bindings.verbs.ReceiveRequests} are laid out once
 * and patched, {@link io.heliograph.bindings.verbs.Completions} are read in place.
 */
@NullMarked
package io.heliograph.bindings.verbs;

import org.jspecify.annotations.NullMarked;
