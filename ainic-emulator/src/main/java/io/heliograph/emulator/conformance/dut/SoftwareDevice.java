package io.heliograph.emulator.conformance.dut;

import io.heliograph.emulator.conformance.DeviceSetup;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.endpoint.PacketEndpoint;

/** The software endpoint as a device: what is the same in virtual time and on a live port. */
abstract class SoftwareDevice extends EndpointBench {
    private static final int SUBMISSION_ENTRIES = 256;

    SoftwareDevice(DeviceSetup setup) {
        super(setup);
    }

    static EndpointConfig config(DeviceSetup setup) {
        return EndpointConfig.of(IpAddress.parse(setup.address()))
                .withIncarnation(setup.incarnation())
                .withWindowPackets(setup.windowPackets())
                .withSubmissionEntries(SUBMISSION_ENTRIES)
                .withReceiveSlots(setup.receiveSlots())
                .withMaxPeers(setup.maxPeers())
                .withWorkQueues(DeviceSetup.QUEUES)
                .withTrafficClass(1, DeviceSetup.CLASS_OF_QUEUE_1)
                .withLineRateBitsPerSecond(setup.lineRateBitsPerSecond())
                .withFlowControl(setup.flowControl());
    }

    @Override
    abstract PacketEndpoint endpoint();

    @Override
    public int receiveSlots() {
        return setup.receiveSlots();
    }

    /** It does at once what a frame asks for. */
    @Override
    public long settleNs() {
        return 0;
    }

    @Override
    public void loadRates(String table) {
        endpoint().rateTables().replace(table.isEmpty() ? null : parse(table));
    }

    @Override
    public void denyPath(String peer, int entropy) {
        endpoint().denyPath(endpoint().addPeer(IpAddress.parse(peer)), entropy);
    }

    @Override
    public void close() {
        endpoint().close();
        arena.close();
    }
}
