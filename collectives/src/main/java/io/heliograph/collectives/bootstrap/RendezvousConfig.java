package io.heliograph.collectives.bootstrap;

import java.time.Duration;

/**
 * Where ranks meet.
 *
 * @param host where rank 0 listens: a name or literal that it can listen on and the others can reach
 * @param port TCP port
 * @param secret at least 16 bytes that nobody else knows; the record does not copy them
 * @param rank this process's number
 * @param size how many there are
 * @param timeout for all to come, and for each later exchange
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RendezvousConfig(String host, int port, byte[] secret, int rank, int size, Duration timeout) {
    private static final int LEAST_SECRET_BYTES = 16;
    private static final int GREATEST_PORT = 0xffff;
    private static final double MS_PER_SECOND = 1_000;

    /** Checks ranges. */
    public RendezvousConfig {
        if (port < 1 || port > GREATEST_PORT) {
            throw new IllegalArgumentException("rendezvous: port=" + port + "; from 1 to " + GREATEST_PORT);
        }
        if (secret.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "rendezvous: secret of " + secret.length + " bytes; at least " + LEAST_SECRET_BYTES);
        }
        if (size < 1 || rank < 0 || rank >= size) {
            throw new IllegalArgumentException(
                    "rendezvous: rank=" + rank + " size=" + size + "; ranks are numbered from 0");
        }
        if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("rendezvous: timeout=" + timeout + "; from 1 ms to 24 days");
        }
    }

    int timeoutMs() {
        return (int) timeout.toMillis();
    }

    /** The timeout, for people. */
    String patience() {
        return timeout.toMillis() / MS_PER_SECOND + " s";
    }

    @Override
    public String toString() {
        return host + ":" + port + " rank=" + rank + " size=" + size + " timeout=" + patience();
    }
}
