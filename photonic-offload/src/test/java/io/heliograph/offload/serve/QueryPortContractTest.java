package io.heliograph.offload.serve;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortContractTest;
import io.heliograph.transport.port.PortPair;

/** A port that answers queries is a port like any other; what it does to queries is tested beside it. */
final class QueryPortContractTest extends PortContractTest {

    @Override
    protected PortPair open(int mtuBytes) {
        PortPair pair = MemoryPort.pair(mtuBytes);
        return new PortPair(serving(pair.left(), 1), serving(pair.right(), 2));
    }

    private static Port serving(Port port, int lastByte) {
        return QueryPort.of(port, IpAddress.parse("198.18.0." + lastByte), new ModelTable(4, 1), new QueryCounters());
    }

    @Override
    protected long framesToPass() {
        return 300_000;
    }
}
