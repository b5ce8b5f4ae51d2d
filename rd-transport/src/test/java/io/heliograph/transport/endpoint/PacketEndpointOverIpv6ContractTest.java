package io.heliograph.transport.endpoint;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.FaultConfig;

/** The packet protocol over IPv6 and a link that loses, duplicates, reorders, corrupts and trims. */
class PacketEndpointOverIpv6ContractTest extends PacketEndpointContractTest {
    @Override
    protected IpAddress address(int number) {
        return IpAddress.parse("fd00::" + number);
    }

    @Override
    protected FaultConfig faults() {
        return FaultConfig.parse("loss=0.05,dup=0.05,reorder=0.1,corrupt=0.02,trim=0.05,seed=11");
    }
}
