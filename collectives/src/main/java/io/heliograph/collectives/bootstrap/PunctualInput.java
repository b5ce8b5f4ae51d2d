package io.heliograph.collectives.bootstrap;

import io.heliograph.transport.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * What comes over a socket, until a time that nothing moves: a socket's own timeout begins anew with every byte, and who sends one now and then would be waited for as long as it likes. Sets that timeout. One thread at a time.
 */
final class PunctualInput extends InputStream {
    private static final int MASK = 0xff;

    private final Socket socket;
    private final InputStream in;
    private final Clock clock;
    private final long deadlineNs;

    /**
     * From now on.
     *
     * @param timeoutMs from now, for all reads together
     */
    PunctualInput(Socket socket, Clock clock, int timeoutMs) throws IOException {
        this.socket = socket;
        this.clock = clock;
        in = socket.getInputStream();
        deadlineNs = clock.nowNs() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & MASK;
    }

    /** As {@link InputStream#read(byte[], int, int)}; {@link SocketTimeoutException} when the time is over, whatever has come. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long leftNs = deadlineNs - clock.nowNs();
        if (leftNs <= 0) {
            throw new SocketTimeoutException("too slow");
        }
        // 0 is for ever.
        socket.setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)));
        return in.read(bytes, offset, length);
    }
}
