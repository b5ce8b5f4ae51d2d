package io.heliograph.transport.port;

/** Two RDMA devices that are joined, as scripts/test-verbs has them; skipped where there are none. */
final class VerbsPortContractTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        return VerbsTesting.openPair(mtuBytes);
    }

    /** RDMA's largest path MTU less a tagged Ethernet header; the devices' link may allow less. */
    @Override
    protected int greatestMtuBytes() {
        return VerbsTesting.greatestMtuBytes();
    }

    @Override
    protected boolean backsUp() {
        return false;
    }

    @Override
    protected boolean poolIsExact() {
        return false;
    }

    @Override
    protected long framesToPass() {
        return 20_000;
    }

    @Override
    protected int roundsToMeasure() {
        return 50;
    }
}
