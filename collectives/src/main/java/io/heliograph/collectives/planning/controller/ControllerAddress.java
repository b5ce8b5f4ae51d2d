package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;

/**
 * Where a controller is: {@code ADDRESS} or {@code ADDRESS:PORT}, an IPv6 address with a port in brackets.
 *
 * @param address its own
 * @param udpPort that reports go to, and come from
 */
public record ControllerAddress(IpAddress address, int udpPort) {
    /** Where a controller is that was not told: the last of 198.18.0.0/15, which is for benchmarks (RFC 2544) and which nodes number from the other end. */
    public static final ControllerAddress DEFAULT =
            new ControllerAddress(IpAddress.parse("198.19.255.254"), ControlLayout.DEFAULT_UDP_PORT);

    private static final int MOST = 0xFFFF;

    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException if there is no such port
     */
    public ControllerAddress {
        if (udpPort < 1 || udpPort > MOST) {
            throw new IllegalArgumentException(
                    "controller: udpPort=" + udpPort + "; from 1 to " + MOST + " is possible");
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ControllerAddress parse(String text) {
        String host = text;
        String port = "";
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || end + 1 < text.length() && text.charAt(end + 1) != ':') {
                throw unfit(text);
            }
            host = text.substring(1, end);
            port = end + 1 < text.length() ? text.substring(end + 2) : "";
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            host = text.substring(0, text.indexOf(':'));
            port = text.substring(text.indexOf(':') + 1);
        }
        if (port.isEmpty() && (text.endsWith(":") && !text.endsWith("::") || text.endsWith("]:"))) {
            throw unfit(text);
        }
        IpAddress address = IpAddress.parse(host);
        if (port.isEmpty()) {
            return new ControllerAddress(address, ControlLayout.DEFAULT_UDP_PORT);
        }
        if (!port.matches("\\d{1,5}")) {
            throw unfit(text);
        }
        return new ControllerAddress(address, Integer.parseInt(port));
    }

    private static IllegalArgumentException unfit(String text) {
        return new IllegalArgumentException("not a controller's address: text=" + text
                + "; give ADDRESS or ADDRESS:PORT, such as 198.19.255.254, 198.19.255.254:52852 or [fd00::1]:52852");
    }

    @Override
    public String toString() {
        return (address.isIpv4() ? address.toString() : "[" + address + "]") + ":" + udpPort;
    }
}
