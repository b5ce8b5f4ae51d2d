package io.heliograph.collectives.execute;

import io.heliograph.collectives.CommunicatorConfig;

/** Over direct placement in shared memory. */
final class SharedMemoryCommunicatorTest extends CommunicatorContractTest {
    @Override
    Group open(int ranks, CommunicatorConfig config) {
        return Group.overSharedMemory(ranks, config);
    }
}
