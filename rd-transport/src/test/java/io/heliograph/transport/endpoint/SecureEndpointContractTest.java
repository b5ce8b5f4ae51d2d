package io.heliograph.transport.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecureCounter;
import io.heliograph.transport.security.SecurePort;
import io.heliograph.transport.simulation.VirtualClock;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** The packet protocol, encrypted, in virtual time over a link that loses, duplicates, reorders, corrupts and trims encrypted packets. */
class SecureEndpointContractTest extends EndpointContractTest {
    private static final long ENOUGH_NS = 60_000_000_000L;
    private static final long STEP_NS = 1_000;
    private static final long REST_NS = 100_000;

    /** Two nodes; keys change every 200 us of virtual time, so that many are used. */
    private static final class SecurePair implements Pair {
        private final Arena arena = Arena.ofConfined();
        private final VirtualClock clock = new VirtualClock();
        private final PortPair ports = MemoryPort.pair(1500, 512, 256);
        private final FaultInjectorPort leftFaults;
        private final FaultInjectorPort rightFaults;
        private final SecurePort leftPort;
        private final SecurePort rightPort;
        private final PacketEndpoint left;
        private final PacketEndpoint right;

        SecurePair(FaultConfig faults) {
            clock.advance(1_800_000_000_000_000_000L);
            leftFaults = new FaultInjectorPort(ports.left(), faults, clock);
            rightFaults = new FaultInjectorPort(ports.right(), faults, clock);
            leftPort = secure(leftFaults, 1);
            rightPort = secure(rightFaults, 2);
            left = open(leftPort, 1);
            right = open(rightPort, 2);
        }

        private static IpAddress address(int number) {
            return IpAddress.parse("2001:2::" + number);
        }

        private SecurePort secure(Port port, int number) {
            SecureConfig config = SecureConfig.of(address(number)).withRekeying(1L << 20, 200_000);
            Keyring keyring = Keyring.of(Secret.of(new byte[Secret.LEAST_BYTES]));
            try {
                return SecurePort.open(port, config, keyring, clock, new SeededRandom(number));
            } catch (EnvironmentException e) {
                throw new TestAbortedException(e.getMessage(), e);
            }
        }

        private PacketEndpoint open(Port port, int number) {
            EndpointConfig config = EndpointConfig.of(address(number))
                    .withSubmissionEntries(64)
                    .withReceiveSlots(16)
                    .withIncarnation(1000);
            return PacketEndpoint.open(config, clock, new SeededRandom(number), port);
        }

        @Override
        public Endpoint left() {
            return left;
        }

        @Override
        public Endpoint right() {
            return right;
        }

        @Override
        public SegmentAllocator targetMemory() {
            return arena;
        }

        @Override
        public boolean runUntil(BooleanSupplier done) {
            long endNs = clock.nowNs() + ENOUGH_NS;
            while (!done.getAsBoolean()) {
                int work = left.doWork() + right.doWork();
                clock.advance(STEP_NS);
                if (work == 0) {
                    long nextNs = Math.min(
                            Math.min(left.nextDeadlineNs(), right.nextDeadlineNs()),
                            Math.min(leftFaults.nextDeadlineNs(), rightFaults.nextDeadlineNs()));
                    clock.advanceTo(Math.min(nextNs, clock.nowNs() + REST_NS));
                }
                if (clock.nowNs() > endNs) {
                    return done.getAsBoolean();
                }
            }
            return true;
        }

        @Override
        public int submissionEntries() {
            return 64;
        }

        @Override
        public void close() {
            left.close();
            right.close();
            leftPort.close();
            rightPort.close();
            arena.close();
        }
    }

    protected FaultConfig faults() {
        return new FaultConfig(0.02, 0.02, 0.03, 0.01, 0.01, 128, 0.02, 50_000, 7);
    }

    @Override
    protected Pair open() {
        return new SecurePair(faults());
    }

    /** Without faults, the contract holds just as well. */
    static final class WithoutFaultsTest extends SecureEndpointContractTest {
        @Override
        protected FaultConfig faults() {
            return FaultConfig.NONE;
        }
    }

    @Test
    void shouldCountWhatHappenedAndAllocateNothing() {
        try (Arena arena = Arena.ofConfined();
                SecurePair pair = new SecurePair(faults())) {
            MemoryRegion from = pair.left.register(arena.allocate(1 << 16, 64), 0);
            MemoryRegion to = pair.right.register(arena.allocate(1 << 16, 64), MemoryRegion.REMOTE_WRITE);
            int peer = pair.left.addPeer(pair.right.address());
            int[] completed = new int[1];
            int[] failed = new int[1];
            int[] wanted = new int[1];
            CompletionHandler handler = completion -> {
                completed[0]++;
                failed[0] += completion.status() == CompletionStatus.SUCCESS ? 0 : 1;
            };
            BooleanSupplier done = () -> {
                pair.left.poll(handler, 64);
                return completed[0] == wanted[0];
            };
            Runnable work = () -> {
                for (int round = 0; round < 500; round++) {
                    for (int i = 0; i < 16; i++) {
                        if (pair.left.write(i & 3, peer, from, 0, 5_000, to.address(), to.key(), i) != Post.OK) {
                            throw new IllegalStateException("not posted");
                        }
                    }
                    wanted[0] += 16;
                    if (!pair.runUntil(done)) {
                        throw new IllegalStateException("not completed");
                    }
                }
            };
            assertEquals(0, Allocations.inSteadyState(work), "heap bytes");
            assertEquals(0, failed[0]);
            if (faults().loss() > 0) {
                assertTrue(pair.rightPort.count(SecureCounter.REPLAYED) > 0, "duplicates end here");
                assertTrue(pair.rightPort.count(SecureCounter.BAD_TAG) > 0, "corrupt packets end here");
            }
            assertTrue(pair.leftPort.count(SecureCounter.KEYS_MADE) > 10, "keys changed while it ran");
            assertTrue(
                    pair.rightPort.count(SecureCounter.OPENED) <= pair.leftPort.count(SecureCounter.SEALED),
                    "nothing is handed on twice");
        }
    }
}
