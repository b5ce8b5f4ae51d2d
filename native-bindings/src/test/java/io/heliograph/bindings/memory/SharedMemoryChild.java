package io.heliograph.bindings.memory;

import java.nio.file.Path;

/** The other side: creates a block, writes 42, says so and waits to be killed. */
final class SharedMemoryChild {
    private SharedMemoryChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        SharedMemory memory = SharedMemory.create(Path.of(arguments[0]), 8192);
        NativeMemory.putLongRelease(memory.address(), 42);
        System.out.println("ready");
        Thread.sleep(60_000);
    }
}
