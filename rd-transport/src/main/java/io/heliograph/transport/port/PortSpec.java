package io.heliograph.transport.port;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which port a user means: {@code memory}, {@code shm:NAME}, {@code dpdk:DEVARGS} or {@code verbs:DEVICE[/PORT[/GID]]}. {@link Ports} opens
 * it.
 */
public sealed interface PortSpec {
    /** What to say about the forms there are. */
    String FORMS = "memory, shm:NAME, dpdk:DEVARGS (dpdk:net_af_xdp0,iface=eth1 or dpdk:0000:01:00.0) or"
            + " verbs:DEVICE[/PORT[/GID]] (verbs:mlx5_0 or verbs:rxe0/1/1)";

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
     * An RDMA device.
     *
     * @param device its name, {@code mlx5_0}
     * @param port of the device, from 1
     * @param gidIndex which entry of the port's GID table to send from, to 255; -1 for the one that suits best
     */
    record Verbs(String device, int port, int gidIndex) implements PortSpec {
        /**
         * What the kernel takes for a device's name, with {@code %r}, {@code %l} and {@code %n} for what a job puts there, and numbers of at most
         * three digits.
         */
        private static final Pattern FORM =
                Pattern.compile("((?:[A-Za-z0-9_.-]|%[rln]){1,63})(?:/(\\d{1,3})(?:/(\\d{1,3}))?)?");

        private static final int GREATEST = 255;

        static @Nullable Verbs parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            int port = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
            int gidIndex = matcher.group(3) == null ? -1 : Integer.parseInt(matcher.group(3));
            return port < 1 || port > GREATEST || gidIndex > GREATEST
                    ? null
                    : new Verbs(matcher.group(1), port, gidIndex);
        }

        @Override
        public String toString() {
            return "verbs:" + device + (gidIndex >= 0 ? "/" + port + "/" + gidIndex : port == 1 ? "" : "/" + port);
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
            case "verbs" -> Verbs.parse(rest);
            default -> null;
        };
        if (spec != null) {
            return spec;
        }
        throw new IllegalArgumentException("not a port: text=" + text + "; give " + FORMS);
    }
}
