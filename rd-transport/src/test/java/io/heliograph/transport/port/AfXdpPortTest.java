package io.heliograph.transport.port;

/** The kernel's XDP sockets, in copy mode as veth has it. */
final class AfXdpPortTest extends VethPortContractTest {
    @Override
    protected String device(int number, String networkInterface) {
        return "net_af_xdp" + number + ",iface=" + networkInterface;
    }

    /** DPDK 22.11 takes no more than a page a frame. */
    @Override
    protected int greatestMtuBytes() {
        return 3400;
    }
}
