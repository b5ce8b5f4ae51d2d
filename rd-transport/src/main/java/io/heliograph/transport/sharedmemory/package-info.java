/**
 * Direct placement for peers on one host: a WRITE is one copy by the posting thread into memory that the peer shares.
 *
 * <p>{@link io.heliograph.transport.sharedmemory.SharedMemoryEndpoint} is opened by applications; see {@link
 * io.heliograph.transport.Endpoint} for which thread calls what. {@code rd-transport/SHARED_MEMORY.md} describes the memory and how
 * processes use it.
 */
@NullMarked
package io.heliograph.transport.sharedmemory;

import org.jspecify.annotations.NullMarked;
