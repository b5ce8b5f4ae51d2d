package io.heliograph.transport.port;

/** Both sides in this process: the kernel tells them apart all the same. */
final class SharedMemoryPortContractTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        String name = "contract-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        return new PortPair(SharedMemoryPort.open(name, mtuBytes), SharedMemoryPort.open(name, mtuBytes));
    }
}
