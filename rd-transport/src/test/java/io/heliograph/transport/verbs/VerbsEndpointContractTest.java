package io.heliograph.transport.verbs;

import io.heliograph.transport.endpoint.EndpointContractTest;

/** Two RDMA devices that are joined, as scripts/test-verbs has them; skipped where there are none. */
final class VerbsEndpointContractTest extends EndpointContractTest {
    @Override
    protected Pair open() {
        return new RdmaPair();
    }

    /** The device places without a word. */
    @Override
    protected boolean countsSilentWrites() {
        return false;
    }
}
