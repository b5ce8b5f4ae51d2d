package io.heliograph.transport.verbs;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.endpoint.EndpointContractTest;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.function.BooleanSupplier;

/** Two RDMA devices that are joined, as scripts/test-verbs has them; skipped where there are none. */
final class VerbsEndpointContractTest extends EndpointContractTest {
    @Override
    protected Pair open() {
        RdmaPair pair = new RdmaPair();
        Arena memory = Arena.ofConfined();
        return new Pair() {
            @Override
            public Endpoint left() {
                return pair.left;
            }

            @Override
            public Endpoint right() {
                return pair.right;
            }

            @Override
            public SegmentAllocator targetMemory() {
                return memory;
            }

            @Override
            public boolean runUntil(BooleanSupplier done) {
                return pair.runUntil(done);
            }

            @Override
            public int submissionEntries() {
                return RdmaPair.ENTRIES;
            }

            @Override
            public void close() {
                pair.close();
                memory.close();
            }
        };
    }

    /** The device places without a word. */
    @Override
    protected boolean countsSilentWrites() {
        return false;
    }
}
