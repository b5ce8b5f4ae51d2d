package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** What every port does, for each of two queues of one device. */
final class DpdkQueuesContractTest {
    private static final int QUEUES = 2;

    /** Queues that each come back to themselves. */
    abstract static class OfNetRing extends PortContractTest {
        abstract int queue();

        @Override
        protected PortPair open(int mtuBytes) {
            Port port = new OneOfSeveralQueues(
                    DpdkTesting.openQueues("net_ring" + DpdkTesting.number(), mtuBytes, QUEUES), queue());
            return new PortPair(port, port);
        }

        @Override
        protected boolean poolIsExact() {
            return false;
        }

        @Override
        protected boolean countsBytes() {
            return false;
        }
    }

    @Nested
    final class FirstOfNetRing extends OfNetRing {
        @Override
        int queue() {
            return 0;
        }
    }

    @Nested
    final class SecondOfNetRing extends OfNetRing {
        @Override
        int queue() {
            return 1;
        }
    }

    /** Each queue of the client goes to the same one of the server. */
    @Nested
    final class SecondOfMemif extends PortContractTest {
        @TempDir
        private Path directory;

        @Override
        protected PortPair open(int mtuBytes) {
            int number = DpdkTesting.number();
            String socket = ",socket=" + directory.resolve("memif" + number) + ",socket-abstract=no";
            String mac = ",mac=02:00:00:01:" + "%02x".formatted(number & 0xff);
            List<Port> server = DpdkTesting.openQueues(
                    "net_memif" + DpdkTesting.number() + ",role=server" + socket + mac + ":01", mtuBytes, QUEUES);
            List<Port> client = DpdkTesting.openQueues(
                    "net_memif" + DpdkTesting.number() + ",role=client" + socket + mac + ":02", mtuBytes, QUEUES);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (server.getLast().linkState() != LinkState.UP
                    || client.getLast().linkState() != LinkState.UP) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "memif does not connect");
                Thread.onSpinWait();
            }
            // A server sends into buffers that its client offers when it polls.
            client.getLast().receive(new Burst(Arena.ofAuto(), 1));
            return new PortPair(new OneOfSeveralQueues(client, 1), new OneOfSeveralQueues(server, 1));
        }

        @Override
        protected boolean poolIsExact() {
            return false;
        }
    }

    /** Both ends of a veth pair with two queues each way. */
    abstract static class OfVeth extends PortContractTest {
        private @Nullable NetworkNamespaces veth;

        abstract String driver();

        /** Which of the right end's queues receive what is sent here. */
        abstract int queue(List<Port> left, List<Port> right);

        @Override
        protected PortPair open(int mtuBytes) {
            DpdkTesting.assumeDpdk();
            removeVeth();
            NetworkNamespaces created = NetworkNamespaces.createVethOnly(mtuBytes, QUEUES);
            veth = created;
            List<Port> left = open(created.left(), mtuBytes);
            List<Port> right = open(created.right(), mtuBytes);
            int queue = queue(left, right);
            return new PortPair(new OneOfSeveralQueues(left, queue), new OneOfSeveralQueues(right, queue));
        }

        private List<Port> open(String networkInterface, int mtuBytes) {
            return DpdkTesting.openQueues(
                    driver() + DpdkTesting.number() + ",iface=" + networkInterface, mtuBytes, QUEUES);
        }

        @AfterEach
        void removeVeth() {
            if (veth != null) {
                veth.close();
                veth = null;
            }
        }

        @Override
        protected boolean backsUp() {
            return false;
        }

        @Override
        protected boolean poolIsExact() {
            return false;
        }

        @Override
        protected long framesToPass() {
            return 100_000;
        }

        @Override
        protected int roundsToMeasure() {
            return 2_000;
        }
    }

    /** veth hands what was sent by one queue to the same queue of the other end. */
    abstract static class OfAfXdp extends OfVeth {
        @Override
        String driver() {
            return "net_af_xdp";
        }

        @Override
        protected int greatestMtuBytes() {
            return 3400;
        }
    }

    @Nested
    final class FirstOfAfXdp extends OfAfXdp {
        @Override
        int queue(List<Port> left, List<Port> right) {
            return 0;
        }
    }

    @Nested
    final class SecondOfAfXdp extends OfAfXdp {
        @Override
        int queue(List<Port> left, List<Port> right) {
            return 1;
        }
    }

    /** The kernel spreads by a hash of protocol, addresses and ports, which is the same for all frames of this test. */
    @Nested
    final class OneOfAfPacket extends OfVeth {
        @Override
        String driver() {
            return "net_af_packet";
        }

        @Override
        int queue(List<Port> left, List<Port> right) {
            try (Arena arena = Arena.ofConfined()) {
                Burst burst = new Burst(arena, 8);
                Burst found = new Burst(arena, 8);
                left.getFirst().allocate(burst, 1);
                TestTraffic.write(burst.frame(0), left.getFirst(), right.getFirst(), 1, TestTraffic.LEAST_BYTES);
                TestTraffic.sendAll(left.getFirst(), burst);
                long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                for (int queue = 0; ; queue = 1 - queue) {
                    assertTrue(System.nanoTime() - deadlineNs < 0, "no queue got the frame");
                    right.get(queue).receive(burst);
                    TestTraffic.takeTestFrames(right.get(queue), burst, found);
                    if (found.size() > 0) {
                        right.get(queue).release(found);
                        return queue;
                    }
                }
            }
        }
    }
}
