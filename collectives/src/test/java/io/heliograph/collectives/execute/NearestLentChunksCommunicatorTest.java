package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** Within hosts of two ranks chunks of any length are read at their source; packets carry them across. */
final class NearestLentChunksCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Group.overBoth(ranks, Carrier.lent(config));
    }
}
