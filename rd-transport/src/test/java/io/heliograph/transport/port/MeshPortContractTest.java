package io.heliograph.transport.port;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import java.util.List;

/** A mesh of two nodes, each over one memory port. */
final class MeshPortContractTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        PortPair wire = MemoryPort.pair(mtuBytes);
        return new PortPair(
                MeshPort.over(
                        "left",
                        new MacAddress(0x0200_0000_0001L),
                        mtuBytes,
                        List.of(wire.left()),
                        List.of(IpAddress.parse("198.18.0.2"))),
                MeshPort.over(
                        "right",
                        new MacAddress(0x0200_0000_0002L),
                        mtuBytes,
                        List.of(wire.right()),
                        List.of(IpAddress.parse("198.18.0.1"))));
    }

    @Override
    protected boolean backsUp() {
        return false;
    }

    @Override
    protected long framesToPass() {
        return 300_000;
    }
}
