package io.heliograph.bindings.verbs;

/**
 * An RDMA device that the kernel offers.
 *
 * @param name {@code mlx5_0}, {@code rxe0}
 * @param guid its node GUID, first byte highest
 */
public record VerbsDevice(String name, long guid) {}
