package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** Over the packet protocol where packets are lost, doubled and overtake each other: immediates come in any order. */
final class LossyPacketCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Group.overPackets(ranks, config, "loss=0.01,dup=0.01,reorder=0.05");
    }
}
