package io.heliograph.transport.port;

/** The kernel's packet sockets. */
final class AfPacketPortTest extends VethPortContractTest {
    @Override
    protected String device(int number, String networkInterface) {
        return "net_af_packet" + number + ",iface=" + networkInterface;
    }
}
