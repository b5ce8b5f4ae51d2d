package io.heliograph.benchmarks.session;

import io.heliograph.transport.Clock;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The out-of-band connection between two ends: {@link Message}s, one JSON object a line of at most {@value
 * #LONGEST_LINE_BYTES} bytes, over which they tell each other addresses, keys and verdicts. No payload travels here.
 *
 * <p>A daemon thread reads, another sends a sign of life every second: an end that hears nothing for {@value
 * #SILENCE_SECONDS} seconds, or whose peer closes (which the operating system does for a killed process at once), is {@link
 * #broken()}. {@link #send} and {@link #poll} may be called from any thread; {@code poll} allocates nothing.
 */
public final class Rendezvous implements AutoCloseable {

    static final int LONGEST_LINE_BYTES = 65_536;
    static final int SILENCE_SECONDS = 10;
    private static final int MOST_WAITING = 64;
    private static final int LONGEST_REASON = 1_000;
    private static final String FAILED = "failed";
    private static final String ALIVE_OP = "alive";
    private static final byte[] ALIVE = (Message.of(ALIVE_OP) + "\n").getBytes(StandardCharsets.UTF_8);

    private final ByteChannel channel;
    private final Clock clock = SystemClock.INSTANCE;
    private final LinkedBlockingQueue<Message> inbox = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Object sendLock = new Object();
    private volatile long lastHeardNs = clock.nowNs();
    private volatile @Nullable String broken;
    private volatile boolean failed;

    /**
     * Starts to read.
     *
     * @param channel blocking, read and written by different threads
     */
    Rendezvous(ByteChannel channel) {
        this.channel = channel;
        Thread.ofPlatform().daemon().name("rendezvous-reader").start(this::read);
        Thread.ofPlatform().daemon().name("rendezvous-alive").start(this::stayAlive);
    }

    /** Says something; nothing happens if the connection is broken, which {@link #broken()} then tells. */
    public void send(Message message) {
        byte[] line = (message + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > LONGEST_LINE_BYTES) {
            throw new IllegalStateException("rendezvous message too long: bytes=" + line.length);
        }
        send(line);
    }

    private void send(byte[] line) {
        synchronized (sendLock) {
            try {
                ByteBuffer buffer = ByteBuffer.wrap(line);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                // The reader notices, once it has read what the other end said before it went.
            }
        }
    }

    /** The next message, or null if none has come. */
    public @Nullable Message poll() {
        return inbox.poll();
    }

    /**
     * What has become of the other end if nothing more will come, such as {@code is gone: it closed the rendezvous
     * connection}; null while it is there or has left messages to read. That it failed is told at once.
     */
    public @Nullable String broken() {
        return failed || inbox.isEmpty() ? broken : null;
    }

    /** Tells the other end why this one gives up; nothing else is said after that. */
    public void sendFailure(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        send(Message.of(FAILED)
                .with("reason", reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON)));
    }

    /**
     * Waits for the next message; for the time before an endpoint has to be turned.
     *
     * @throws RunFailure if none comes in time or ever
     */
    Message receive(long limitNs) {
        long deadlineNs = clock.nowNs() + limitNs;
        try {
            while (true) {
                // In slices, for a connection may break without a message.
                Message message = inbox.poll(20, TimeUnit.MILLISECONDS);
                if (message != null) {
                    return message;
                }
                String why = broken();
                if (why != null) {
                    // What was said before the end counts first.
                    message = inbox.poll();
                    if (message != null) {
                        return message;
                    }
                    throw new RunFailure("no agreement with the other end: it " + why);
                }
                if (clock.nowNs() - deadlineNs >= 0) {
                    throw new RunFailure("no agreement with the other end: it said nothing for "
                            + TimeUnit.NANOSECONDS.toSeconds(limitNs) + " s; is it a helio?");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailure("interrupted while waiting for the other end", e);
        }
    }

    @Override
    public void close() {
        breakOff("was left: this end closed the rendezvous connection");
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost with a connection that does not close in order.
        }
    }

    private void breakOff(String why) {
        if (broken == null) {
            broken = why;
        }
    }

    private void read() {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_LINE_BYTES);
        try {
            while (channel.read(bytes) >= 0) {
                lastHeardNs = clock.nowNs();
                bytes.flip();
                takeLines(bytes);
                bytes.compact();
                if (!bytes.hasRemaining()) {
                    throw new RunFailure("malformed rendezvous message: a line is longer than " + LONGEST_LINE_BYTES
                            + " bytes; is there a helio at the other end?");
                }
            }
            breakOff("is gone: it closed the rendezvous connection");
        } catch (IOException e) {
            breakOff("is gone: the rendezvous connection broke");
        } catch (RunFailure e) {
            breakOff("is not understood: " + e.getMessage());
        }
    }

    private void takeLines(ByteBuffer bytes) {
        int start = bytes.position();
        for (int i = start; i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                // A sign of life comes every second of a run whose garbage is counted.
                if (!isAlive(bytes, start, i + 1 - start)) {
                    take(Message.parse(StandardCharsets.UTF_8
                            .decode(bytes.slice(start, i - start))
                            .toString()));
                }
                start = i + 1;
            }
        }
        bytes.position(start);
    }

    private static boolean isAlive(ByteBuffer bytes, int from, int length) {
        boolean alive = length == ALIVE.length;
        for (int i = 0; alive && i < length; i++) {
            alive = bytes.get(from + i) == ALIVE[i];
        }
        return alive;
    }

    private void take(Message message) {
        if (message.op().equals(FAILED)) {
            breakOff("failed: " + Message.printable(message.text("reason", LONGEST_REASON)));
            failed = true;
        } else if (!message.op().equals(ALIVE_OP) && !inbox.offer(message)) {
            throw new RunFailure("more than " + MOST_WAITING + " messages sent ahead");
        }
    }

    private void stayAlive() {
        try {
            while (broken == null) {
                Thread.sleep(1_000);
                if (clock.nowNs() - lastHeardNs > TimeUnit.SECONDS.toNanos(SILENCE_SECONDS)) {
                    breakOff("is gone: it was silent for " + SILENCE_SECONDS + " s on the rendezvous connection");
                } else if (broken == null) {
                    send(ALIVE);
                }
            }
        } catch (InterruptedException e) {
            breakOff("was left: interrupted");
        }
    }
}
