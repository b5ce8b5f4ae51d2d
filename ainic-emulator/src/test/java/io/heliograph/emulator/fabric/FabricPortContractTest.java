package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.PortContractTest;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortWrapper;

/** A host's port is a port like any other; here time passes while somebody waits, and frames are everybody's. */
final class FabricPortContractTest extends PortContractTest {
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000);
    private static final int FRAMES = 2_048;

    @Override
    protected long framesToPass() {
        return 300_000;
    }

    @Override
    protected int roundsToMeasure() {
        return 2_000;
    }

    @Override
    protected PortPair open(int mtuBytes) {
        Fabric fabric = Topologies.pair(LINK)
                .build(FabricConfig.DEFAULT.withMtuBytes(mtuBytes).withMaxFrames(FRAMES));
        return new PortPair(new Waiting(fabric, 0), new Waiting(fabric, 1));
    }

    /** Lets 10 us pass before it receives, and when it cannot send; the last to be closed closes the fabric. */
    private static final class Waiting extends PortWrapper {
        private static final long STEP_PS = 10_000_000;

        private final Fabric fabric;
        private final VirtualTime time;
        private final int host;

        Waiting(Fabric fabric, int host) {
            super(fabric.port(host));
            this.fabric = fabric;
            this.host = host;
            time = fabric.time();
        }

        @Override
        public int receive(Burst burst) {
            time.runUntil(time.nowPs() + STEP_PS);
            return super.receive(burst);
        }

        @Override
        public int send(Burst burst) {
            int count = super.send(burst);
            if (count == 0) {
                time.runUntil(time.nowPs() + STEP_PS);
            }
            return count;
        }

        @Override
        public void close() {
            super.close();
            if (host == fabric.hosts() - 1) {
                fabric.close();
            }
        }
    }
}
