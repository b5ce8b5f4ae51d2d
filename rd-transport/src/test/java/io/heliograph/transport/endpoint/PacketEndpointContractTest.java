package io.heliograph.transport.endpoint;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.simulation.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.function.BooleanSupplier;

/** The packet protocol in virtual time, over IPv4, a link without faults and one engine; subclasses vary all three. */
class PacketEndpointContractTest extends EndpointContractTest {
    private static final long ENOUGH_NS = 60_000_000_000L;

    protected IpAddress address(int number) {
        return IpAddress.parse("198.18.0." + number);
    }

    protected FaultConfig faults() {
        return FaultConfig.NONE;
    }

    protected int engines() {
        return 1;
    }

    private EndpointConfig config(int number) {
        return EndpointConfig.of(address(number))
                .withSubmissionEntries(64)
                .withReceiveSlots(16)
                .withStripePackets(2);
    }

    @Override
    protected Pair open() {
        Network network = new Network(1, 1500, faults(), engines(), false, config(1), config(2));
        Arena arena = Arena.ofConfined();
        return new Pair() {
            @Override
            public Endpoint left() {
                return network.left.endpoint();
            }

            @Override
            public Endpoint right() {
                return network.right.endpoint();
            }

            @Override
            public SegmentAllocator targetMemory() {
                return arena;
            }

            @Override
            public boolean runUntil(BooleanSupplier done) {
                return network.runUntil(done, ENOUGH_NS);
            }

            @Override
            public int submissionEntries() {
                return 64;
            }

            @Override
            public void close() {
                network.close();
                arena.close();
            }
        };
    }
}
