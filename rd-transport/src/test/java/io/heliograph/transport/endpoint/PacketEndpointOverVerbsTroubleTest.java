package io.heliograph.transport.endpoint;

/** The packet protocol over RDMA devices whose link fails. */
final class PacketEndpointOverVerbsTroubleTest extends RdmaTroubleTest {
    @Override
    protected EndpointContractTest.Pair openPair() {
        return new PacketPairOverVerbs();
    }
}
