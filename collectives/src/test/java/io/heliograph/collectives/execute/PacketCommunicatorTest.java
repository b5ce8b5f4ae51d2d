package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** Over the packet protocol and a switch of memory ports. */
final class PacketCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Group.overPackets(ranks, config, "");
    }
}
