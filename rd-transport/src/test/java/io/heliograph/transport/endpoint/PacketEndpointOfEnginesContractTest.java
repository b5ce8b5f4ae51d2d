package io.heliograph.transport.endpoint;

/** The packet protocol with three engines at each end, over which messages are striped. */
class PacketEndpointOfEnginesContractTest extends PacketEndpointContractTest {
    @Override
    protected int engines() {
        return 3;
    }
}
