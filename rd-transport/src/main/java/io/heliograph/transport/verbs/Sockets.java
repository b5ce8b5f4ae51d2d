package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;

/** The TCP side of the rendezvous: its port, and addresses as Java's sockets have them. */
final class Sockets {
    private Sockets() {}

    /**
     * Listens, without blocking.
     *
     * @throws EnvironmentException if the address is none of this machine's or the port is taken
     */
    static ServerSocketChannel listen(IpAddress address, int port) {
        ServerSocketChannel opened = null;
        try {
            opened = ServerSocketChannel.open();
            opened.bind(new InetSocketAddress(inetAddress(address), port));
            opened.configureBlocking(false);
            return opened;
        } catch (IOException e) {
            if (opened != null) {
                closeQuietly(opened);
            }
            throw new EnvironmentException(
                    "no TCP port for the rendezvous: address=" + address + " port=" + port + " reason=" + e.getMessage()
                            + "; is another endpoint open there?",
                    e);
        }
    }

    static InetAddress inetAddress(IpAddress address) throws UnknownHostException {
        return address.isIpv4()
                ? InetAddress.getByAddress(
                        ByteBuffer.allocate(4).putInt(address.ipv4()).array())
                : InetAddress.getByAddress(ByteBuffer.allocate(16)
                        .putLong(address.high())
                        .putLong(address.low())
                        .array());
    }

    static IpAddress ipAddress(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == 4
                ? IpAddress.ofIpv4(bytes.getInt())
                : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    /** Closes what may have gone already. */
    static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // it has gone
        }
    }
}
