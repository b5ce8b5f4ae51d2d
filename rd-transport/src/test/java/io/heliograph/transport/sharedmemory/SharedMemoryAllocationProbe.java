package io.heliograph.transport.sharedmemory;

/** A process of {@link SharedMemoryEndpointTest} whose compiler hides no allocation: prints heap bytes. */
final class SharedMemoryAllocationProbe {
    private SharedMemoryAllocationProbe() {}

    public static void main(String[] arguments) {
        System.out.println(SharedMemoryEndpointTest.measureAllocations());
    }
}
