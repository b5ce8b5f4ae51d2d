package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A domain that no other test has, the endpoints in it, and what is left of it. */
final class TestDomain {
    static final long MEMORY_BYTES = 64L << 20;

    private static final AtomicInteger NEXT = new AtomicInteger(1);
    private static final AtomicInteger INCARNATION = new AtomicInteger(1);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    final String name = "test-" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement();

    static EndpointConfig config(int number) {
        return EndpointConfig.of(IpAddress.parse("198.18.0." + number))
                .withSubmissionEntries(64)
                .withReceiveSlots(16)
                .withMaxPeers(8)
                .withPeerTimeoutNs(TimeUnit.MILLISECONDS.toNanos(800));
    }

    /** An endpoint of the next incarnation. */
    SharedMemoryEndpoint open(int number) {
        return open(config(number));
    }

    SharedMemoryEndpoint open(EndpointConfig config) {
        int incarnation = INCARNATION.getAndIncrement();
        SeededRandom random = new SeededRandom(incarnation);
        return SharedMemoryEndpoint.open(
                config.withIncarnation(incarnation), SystemClock.INSTANCE, random, name, MEMORY_BYTES);
    }

    /** Calls {@code turn} until it says that it is done; whether that came in time. */
    static boolean until(BooleanSupplier turn) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        while (!turn.getAsBoolean()) {
            if (SystemClock.INSTANCE.nowNs() - deadlineNs > 0) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Names of the domain that are still in {@code /dev/shm}. */
    List<String> left() {
        try (var files = Files.list(SharedMemory.pathOf("x").resolveSibling(""))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.contains(name + "-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
