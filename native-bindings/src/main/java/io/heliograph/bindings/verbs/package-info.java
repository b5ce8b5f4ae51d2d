/**
 * RDMA devices by libibverbs: which there are, what they and their ports offer, and where a context has the function pointers of its
 * data path. Set-up only, one thread at a time.
 */
@NullMarked
package io.heliograph.bindings.verbs;

import org.jspecify.annotations.NullMarked;
