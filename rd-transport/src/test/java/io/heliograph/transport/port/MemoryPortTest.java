package io.heliograph.transport.port;

/** Two ports in this process's memory, both polled by one thread. */
final class MemoryPortTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        return MemoryPort.pair(mtuBytes);
    }
}
