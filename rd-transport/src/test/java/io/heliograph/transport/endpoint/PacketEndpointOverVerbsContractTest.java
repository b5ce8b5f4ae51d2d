package io.heliograph.transport.endpoint;

/** The packet protocol over RDMA devices, as scripts/test-verbs has them; skipped where there are none. */
final class PacketEndpointOverVerbsContractTest extends EndpointContractTest {
    @Override
    protected Pair open() {
        return new PacketPairOverVerbs();
    }
}
