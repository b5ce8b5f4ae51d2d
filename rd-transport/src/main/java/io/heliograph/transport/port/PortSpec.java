package io.heliograph.transport.port;

/** Which port a user means: {@code memory}, {@code shm:NAME} or {@code dpdk:DEVARGS}. {@link Ports} opens it. */
public sealed interface PortSpec {
    /** What to say about the forms there are. */
    String FORMS = "memory, shm:NAME or dpdk:DEVARGS (dpdk:net_af_xdp0,iface=eth1 or dpdk:0000:01:00.0)";

    /** Two joined ports in this process's memory. */
    record Memory() implements PortSpec {
        @Override
        public String toString() {
            return "memory";
        }
    }

    /**
     * A port to another process on this machine.
     *
     * @param name what both give
     */
    record SharedMemory(String name) implements PortSpec {
        @Override
        public String toString() {
            return "shm:" + name;
        }
    }

    /**
     * An Ethernet device.
     *
     * @param device name and arguments as DPDK documents them, or a PCI address
     */
    record Dpdk(String device) implements PortSpec {
        @Override
        public String toString() {
            return "dpdk:" + device;
        }
    }

    /**
     * Parses what a command line gives.
     *
     * @throws IllegalArgumentException with a sentence that lists the forms, if {@code text} has none of them
     */
    static PortSpec parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        PortSpec spec = switch (kind) {
            case "memory" -> colon < 0 ? new Memory() : null;
            case "shm" -> rest.isBlank() ? null : new SharedMemory(rest);
            case "dpdk" -> rest.isBlank() ? null : new Dpdk(rest);
            default -> null;
        };
        if (spec != null) {
            return spec;
        }
        throw new IllegalArgumentException("not a port: text=" + text + "; give " + FORMS);
    }
}
