package io.heliograph.transport.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.endpoint.EndpointContractTest;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Direct placement between two endpoints of one process. */
final class SharedMemoryEndpointContractTest extends EndpointContractTest {
    @Override
    protected Pair open() {
        TestDomain domain = new TestDomain();
        SharedMemoryEndpoint left = domain.open(1);
        SharedMemoryEndpoint right = domain.open(2);
        return new Pair() {
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
                return right;
            }

            @Override
            public boolean runUntil(BooleanSupplier done) {
                return TestDomain.until(() -> {
                    left.doWork();
                    right.doWork();
                    return done.getAsBoolean();
                });
            }

            @Override
            public int submissionEntries() {
                return 64;
            }

            @Override
            public void close() {
                left.close();
                right.close();
                assertEquals(List.of(), domain.left());
            }
        };
    }
}
