package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** Over shared memory, where chunks of any length are read at their source. */
final class LentChunksCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Carrier.LENT.open(ranks, config);
    }
}
