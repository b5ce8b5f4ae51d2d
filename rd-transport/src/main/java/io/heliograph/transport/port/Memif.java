package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.EthernetDevice;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a net_memif device of DPDK 22.11 needs beyond starting and stopping, so that users need not care who comes and goes first. */
final class Memif {
    private static final String DRIVER = "net_memif";
    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long ANSWER_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLIENT_GOES_FIRST_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long FINISH_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private Memif() {}

    static boolean isMemif(String driver) {
        return driver.equals(DRIVER);
    }

    static boolean isServer(String arguments) {
        return arguments.contains(",role=server") || arguments.contains(",role=master");
    }

    /** Removes the socket that a server which was killed left in the file system, so that the next can take its place. */
    static void removeDeadSocket(String arguments) {
        if (!arguments.startsWith(DRIVER) || !isServer(arguments) || !arguments.contains(",socket-abstract=no")) {
            return;
        }
        for (String item : arguments.split(",", -1)) {
            if (item.startsWith("socket=") && item.length() > "socket=".length()) {
                removeIfDead(Path.of(item.substring("socket=".length())));
            }
        }
    }

    private static void removeIfDead(Path socket) {
        // A living server's socket is of another type and says so; only a dead one refuses.
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException e) {
            delete(socket);
        } catch (IOException e) {
            // no socket there, or one that lives
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "dead memif socket not removed: socket=" + socket + "; remove it by hand", e);
        }
    }

    /**
     * Starts a client when its server is there. The driver tries once, when started, and a server that is plugged in but not started
     * hangs up (memif_connect_client, memif_msg_receive_init): try again for a while.
     */
    static void startClient(EthernetDevice device) {
        long startNs = SystemClock.INSTANCE.nowNs();
        while (true) {
            try {
                device.start();
                if (awaitLink(device, true, ANSWER_NS)) {
                    return;
                }
                stop(device, false);
            } catch (EnvironmentException e) {
                if (SystemClock.INSTANCE.nowNs() - startNs > CONNECT_NS) {
                    throw e;
                }
            }
            if (SystemClock.INSTANCE.nowNs() - startNs > CONNECT_NS) {
                throw new EnvironmentException("memif server does not answer: device=" + device.name()
                        + "; start the server, and give both ends the same socket and id");
            }
            LockSupport.parkNanos(FINISH_NS);
        }
    }

    /**
     * Stops a device. When both ends hang up at once, the driver frees its control channel both in the thread that stops it and in its
     * interrupt thread, and the process dies (memif_disconnect): so the client goes first, and whoever finds the link down lets the
     * interrupt thread finish.
     */
    static void stop(EthernetDevice device, boolean server) {
        if (server) {
            awaitLink(device, false, CLIENT_GOES_FIRST_NS);
        }
        if (!device.link().up()) {
            LockSupport.parkNanos(FINISH_NS);
        }
        device.stop();
    }

    private static boolean awaitLink(EthernetDevice device, boolean up, long timeoutNs) {
        long startNs = SystemClock.INSTANCE.nowNs();
        while (device.link().up() != up) {
            if (SystemClock.INSTANCE.nowNs() - startNs > timeoutNs) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        return true;
    }
}
