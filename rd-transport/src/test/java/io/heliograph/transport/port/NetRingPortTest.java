package io.heliograph.transport.port;

/** A net_ring device is its own other end. */
final class NetRingPortTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        DpdkPort port = DpdkTesting.open("net_ring" + DpdkTesting.number(), mtuBytes);
        return new PortPair(port, port);
    }

    @Override
    protected boolean poolIsExact() {
        return false;
    }

    @Override
    protected boolean countsBytes() {
        return false;
    }
}
