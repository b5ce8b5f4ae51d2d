package io.heliograph.offload.optcam;

import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortContractTest;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;

/** A classifier without rules is a port like any other. */
final class ClassifierPortContractTest extends PortContractTest {

    private static final ClassifierActions NEVER_ASKED = new ClassifierActions() {
        @Override
        public Verdict verdict(int result) {
            throw new AssertionError("no rule matches: result=" + result);
        }

        @Override
        public int dscp(int result) {
            throw new AssertionError("no rule matches: result=" + result);
        }

        @Override
        public void capture(int result, long frame, int lengthBytes) {
            throw new AssertionError("no rule matches: result=" + result);
        }
    };

    private final Arena arena = Arena.ofAuto();

    /** Each is looked up: fewer than a port alone has to pass. */
    @Override
    protected long framesToPass() {
        return 500_000;
    }

    @Override
    protected PortPair open(int mtuBytes) {
        PortPair pair = MemoryPort.pair(mtuBytes);
        return new PortPair(around(pair.left()), around(pair.right()));
    }

    private Port around(Port port) {
        RuleTable table = new RuleTable(PacketKey.WIDTH, 1, arena);
        return new ClassifierPort(port, table, NEVER_ASKED, 1, 64, arena);
    }
}
