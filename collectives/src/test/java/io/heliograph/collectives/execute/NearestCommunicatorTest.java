package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** By direct placement within hosts of two ranks, by packets across them. */
final class NearestCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Group.overBoth(ranks, config);
    }
}
