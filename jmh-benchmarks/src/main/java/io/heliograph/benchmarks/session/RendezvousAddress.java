package io.heliograph.benchmarks.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where two ends meet: {@code HOST[:PORT]}, {@code [IPV6]:PORT} or {@code unix:PATH}. */
public sealed interface RendezvousAddress {

    /** Over TCP; the host is looked up when it is needed. */
    record Tcp(String host, int port) implements RendezvousAddress {
        @Override
        public SocketAddress resolve() throws UnknownHostException {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        }

        @Override
        public StandardProtocolFamily family() {
            return StandardProtocolFamily.INET6;
        }

        @Override
        public String toString() {
            // A host may be called unix, too.
            boolean plain = host.indexOf(':') < 0 && !(host + ":").equals(UNIX_PREFIX);
            return (plain ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** Over a socket in the file system, which reaches across network namespaces. */
    record Unix(Path path) implements RendezvousAddress {
        @Override
        public SocketAddress resolve() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public StandardProtocolFamily family() {
            return StandardProtocolFamily.UNIX;
        }

        @Override
        public String toString() {
            return UNIX_PREFIX + path;
        }
    }

    /** What the text of a {@link Unix} address begins with. */
    String UNIX_PREFIX = "unix:";
    /** perftest's. */
    int DEFAULT_PORT = 18515;
    /** The size of {@code sun_path}, less its final zero (unix(7)). */
    int LONGEST_UNIX_PATH = 107;

    /** The address as the socket library wants it. */
    SocketAddress resolve() throws UnknownHostException;

    /** Which kind of socket it needs. */
    StandardProtocolFamily family();

    /**
     * Reads an address.
     *
     * @param defaultPort taken where the text names none
     * @throws IllegalArgumentException if the text is none of the three forms
     */
    static RendezvousAddress parse(String text, int defaultPort) {
        if (text.startsWith(UNIX_PREFIX)) {
            return unix(text, text.substring(UNIX_PREFIX.length()));
        }
        int bracket = text.indexOf(']');
        if (text.startsWith("[") && bracket > 0) {
            return tcp(text, text.substring(1, bracket), text.substring(bracket + 1), defaultPort);
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            return tcp(text, text, "", defaultPort); // two colons and no brackets: an IPv6 address
        }
        return colon < 0
                ? tcp(text, text, "", defaultPort)
                : tcp(text, text.substring(0, colon), text.substring(colon), defaultPort);
    }

    private static RendezvousAddress unix(String text, String path) {
        if (path.isEmpty() || path.getBytes(StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH) {
            throw unfit(text, "a socket path has 1 to " + LONGEST_UNIX_PATH + " bytes");
        }
        try {
            return new Unix(Path.of(path));
        } catch (InvalidPathException e) {
            throw unfit(text, "not a path");
        }
    }

    private static RendezvousAddress tcp(String text, String host, String portText, int defaultPort) {
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw unfit(text, "no host");
        }
        if (portText.isEmpty()) {
            return new Tcp(host, defaultPort);
        }
        if (!portText.matches(":\\d{1,5}") || Integer.parseInt(portText.substring(1)) > 65_535) {
            throw unfit(text, "a port is a number up to 65535");
        }
        return new Tcp(host, Integer.parseInt(portText.substring(1)));
    }

    private static IllegalArgumentException unfit(String text, String why) {
        return new IllegalArgumentException("not a rendezvous address: " + why + ": text=" + Message.printable(text)
                + "; give HOST, HOST:PORT, [IPV6]:PORT or unix:PATH");
    }
}
