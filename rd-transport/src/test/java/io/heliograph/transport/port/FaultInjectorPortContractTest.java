package io.heliograph.transport.port;

import io.heliograph.transport.SystemClock;

/** A fault injector that does nothing is a port like any other. */
final class FaultInjectorPortContractTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        PortPair pair = MemoryPort.pair(mtuBytes);
        return new PortPair(
                new FaultInjectorPort(pair.left(), FaultConfig.NONE, SystemClock.INSTANCE),
                new FaultInjectorPort(pair.right(), FaultConfig.NONE, SystemClock.INSTANCE));
    }
}
