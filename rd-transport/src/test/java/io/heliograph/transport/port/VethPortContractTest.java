package io.heliograph.transport.port;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Both ends of a veth pair in this process, by one of the drivers that use the kernel's interfaces. */
abstract class VethPortContractTest extends PortContractTest {
    private @Nullable NetworkNamespaces veth;

    /** The device on an interface. */
    protected abstract String device(int number, String networkInterface);

    @Override
    protected PortPair open(int mtuBytes) {
        DpdkTesting.assumeDpdk();
        removeVeth();
        NetworkNamespaces created = NetworkNamespaces.createVethOnly(mtuBytes);
        veth = created;
        return new PortPair(
                DpdkTesting.open(device(DpdkTesting.number(), created.left()), mtuBytes),
                DpdkTesting.open(device(DpdkTesting.number(), created.right()), mtuBytes));
    }

    @AfterEach
    void removeVeth() {
        if (veth != null) {
            veth.close();
            veth = null;
        }
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
        return 200_000;
    }

    @Override
    protected int roundsToMeasure() {
        return 3_000;
    }
}
