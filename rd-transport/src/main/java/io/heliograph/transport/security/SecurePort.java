package io.heliograph.transport.security;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.crypto.Libcrypto;
import io.heliograph.transport.Clock;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import io.heliograph.transport.port.PortWrapper;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * A port around a port that encrypts the UDP payload of every RoCEv2 packet it sends, in place, and hands on only what is authentic and new:
 * {@code SECURITY.md} has the rules (R14).
 *
 * <p>Frames that are not IP, and neighbour discovery, pass as they are in both directions; whatever else is not an encrypted packet to this node is
 * dropped and counted. Packets are longer by {@value #OVERHEAD_BYTES} bytes on the wire, and {@link #info} has an MTU shorter by as many. Every frame
 * handed out starts {@value SecurityHeaderLayout#LENGTH} bytes further on than the port within has it, which is where the security header goes:
 * the headers before it move, the payload does not.
 *
 * <p>Frames accepted for sending that the port within does not take are held back: keep polling. Threads as the port within, but
 * {@link #keyring}, {@link #count} and {@link #diagnosis} may be called from any. Per packet nothing is allocated; a node that is sent to or
 * authentic for the first time takes memory, at most {@link SecureConfig#maxPeers} of them.
 */
public final class SecurePort extends PortWrapper {
    /** What encryption adds to a packet: a header and a tag. */
    public static final int OVERHEAD_BYTES = SecurityHeaderLayout.LENGTH + SecurityHeaderLayout.TAG_LENGTH;

    private static final int SHIFT_BYTES = SecurityHeaderLayout.LENGTH;
    private static final int BURST_FRAMES = 256;
    private static final int TAGGED_ETHERNET_BYTES = 18;

    private final PortInfo info;
    private final int greatestFrameBytes;
    private final SecureCounts counts = new SecureCounts();
    private final Opener opener;
    private final Sealer sealer;
    private final SecurePeers peers;
    private final KeyDerivation keys;
    private final Arena arena = Arena.ofAuto();
    /** Encrypted and not taken by the port within as yet. */
    private final Burst ready = new Burst(arena, BURST_FRAMES);
    /** On their way back to the port within. */
    private final Burst dropped = new Burst(arena, BURST_FRAMES);

    private volatile Keyring wantedKeyring;
    private @Nullable Keyring keyring;
    private boolean closed;

    private SecurePort(
            Port port, SecureConfig config, Keyring keyring, Libcrypto library, Clock epochClock, RandomSource random) {
        super(port);
        this.wantedKeyring = keyring;
        PortInfo inner = port.info();
        info = new PortInfo(
                inner.name(),
                inner.driver(),
                inner.macAddress(),
                inner.mtuBytes() - OVERHEAD_BYTES,
                inner.linkBitsPerSecond(),
                inner.resolvesNeighbours());
        greatestFrameBytes = info.mtuBytes() + TAGGED_ETHERNET_BYTES;
        peers = new SecurePeers(config.maxPeers(), config.windowPackets());
        keys = new KeyDerivation(library, config.securePort(), config.plainPort());
        opener = new Opener(config, library, keys, peers, counts, epochClock);
        sealer = new Sealer(config, library, keys, peers, counts, epochClock, random);
    }

    /**
     * Wraps an open port, which is closed with this one.
     *
     * @param epochClock nanoseconds since 1970, by which restarted nodes tell new from old: {@link EpochClock#INSTANCE} outside of tests
     * @param random where keys get their index from: a secure source outside of tests
     * @throws EnvironmentException if there is no OpenSSL
     * @throws IllegalArgumentException if the port's MTU has no room for encryption
     */
    public static SecurePort open(
            Port port, SecureConfig config, Keyring keyring, Clock epochClock, RandomSource random) {
        if (port.info().mtuBytes() <= 2 * OVERHEAD_BYTES) {
            throw new IllegalArgumentException(
                    "MTU without room for encryption: mtuBytes=" + port.info().mtuBytes());
        }
        return new SecurePort(port, config, keyring, Libcrypto.load(), epochClock, random);
    }

    /**
     * Wraps an open port, by the machine's clock and its secure source of chance.
     *
     * @throws EnvironmentException if there is no OpenSSL
     */
    public static SecurePort open(Port port, SecureConfig config, Keyring keyring) {
        SecureRandom random = new SecureRandom();
        return open(port, config, keyring, EpochClock.INSTANCE, random::nextLong);
    }

    /** Changes the secrets while traffic runs; takes effect at the next receive or send. Any thread. */
    public void keyring(Keyring newKeyring) {
        wantedKeyring = newKeyring;
    }

    /** A counter so far. Any thread. */
    public long count(SecureCounter counter) {
        return counts.get(counter);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        if (closed) {
            return 0;
        }
        useKeyring();
        flush();
        int count = port.receive(burst);
        if (count == 0) {
            return 0;
        }
        opener.beginBurst();
        int kept = 0;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            if (open(frame)) {
                burst.frame(kept++, frame);
                bytes += Frame.lengthBytes(frame);
            } else {
                drop(frame);
            }
        }
        burst.size(kept);
        releaseDropped();
        counts.received(kept, bytes);
        return kept;
    }

    private boolean open(long frame) {
        int result = opener.open(frame);
        if (result == Opener.PASS) {
            int lengthBytes = Frame.lengthBytes(frame);
            if (lengthBytes > greatestFrameBytes || lengthBytes > Frame.roomBytes(frame) - SHIFT_BYTES) {
                counts.increment(SecureCounter.MALFORMED);
                return false;
            }
            FrameShift.down(frame, lengthBytes);
            counts.increment(SecureCounter.PASSED);
            return true;
        }
        return result == Opener.OPENED;
    }

    @Override
    public int allocate(Burst burst, int count) {
        int first = burst.size();
        int allocated = port.allocate(burst, count);
        for (int i = first; i < first + allocated; i++) {
            Frame.moveDataAddress(burst.frame(i), SHIFT_BYTES);
        }
        return allocated;
    }

    @Override
    public int send(Burst burst) {
        if (closed) {
            return 0;
        }
        useKeyring();
        int count = Math.min(burst.size(), BURST_FRAMES);
        if (!flush() || count == 0) {
            return 0;
        }
        sealer.beginBurst();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            bytes += Frame.lengthBytes(frame);
            if (seal(frame)) {
                ready.add(frame);
            } else {
                Frame.moveDataAddress(frame, -SHIFT_BYTES);
                drop(frame);
            }
        }
        burst.removeFirst(count);
        counts.sent(count, bytes);
        releaseDropped();
        flush();
        return count;
    }

    private boolean seal(long frame) {
        int lengthBytes = Frame.lengthBytes(frame);
        if (lengthBytes > greatestFrameBytes) {
            counts.increment(SecureCounter.UNSENDABLE);
            return false;
        }
        int result = sealer.seal(frame);
        if (result == Sealer.PASS) {
            FrameShift.up(frame, lengthBytes);
            counts.increment(SecureCounter.PASSED);
            return true;
        }
        return result == Sealer.SEALED;
    }

    /** Hands the port within what waits for it; says whether it took all. */
    private boolean flush() {
        if (ready.size() > 0) {
            port.send(ready);
        }
        return ready.size() == 0;
    }

    /** Takes a frame, as the port within has it, for {@link #releaseDropped}. */
    private void drop(long frame) {
        if (dropped.remaining() == 0) {
            releaseDropped();
        }
        dropped.add(frame);
    }

    private void releaseDropped() {
        if (dropped.size() > 0) {
            port.release(dropped);
        }
    }

    @Override
    public void release(Burst burst) {
        for (int i = 0; i < burst.size() && !closed; i++) {
            Frame.moveDataAddress(burst.frame(i), -SHIFT_BYTES);
        }
        port.release(burst);
    }

    /** Frames and bytes are those that the caller sees; what was not handed on counts as dropped. */
    @Override
    public PortStatistics statistics() {
        return counts.statistics(port.statistics());
    }

    /** Why nothing came through, one sentence for people, as far as the counters tell; null if something did or nothing came. Any thread. */
    public @Nullable String diagnosis() {
        if (count(SecureCounter.OPENED) > 0) {
            return null;
        }
        if (count(SecureCounter.PLAIN) > 0) {
            return "the other end sends unencrypted packets: give it the same secret";
        }
        if (count(SecureCounter.UNKNOWN_KEY) + count(SecureCounter.NO_SECRET) > 0) {
            return "the other end encrypts with another secret: give both the same";
        }
        if (count(SecureCounter.UNTIMELY) > 0) {
            return "the other end's packets are not of now: are the clocks of both machines right?";
        }
        return count(SecureCounter.SEALED) > 0
                ? "packets were sent encrypted and nothing encrypted came back: has the other end another secret, or none?"
                : null;
    }

    private void useKeyring() {
        Keyring wanted = wantedKeyring;
        if (!wanted.equals(keyring)) {
            change(wanted);
        }
    }

    private void change(Keyring wanted) {
        Keyring before = keyring;
        for (int phase = 0; phase < 2; phase++) {
            Secret secret = wanted.secret(phase);
            Secret former = before == null ? null : before.secret(phase);
            if (former != null && !former.equals(secret)) {
                forget(phase);
            }
            if (secret != null) {
                keys.secret(phase, secret);
            }
        }
        for (SecurePeer peer : peers.all()) {
            peer.endSending();
        }
        opener.keyring(wanted);
        sealer.keyring(wanted);
        keyring = wanted;
    }

    private void forget(int phase) {
        keys.forget(phase);
        for (SecurePeer peer : peers.all()) {
            peer.forget(phase);
        }
    }

    /** Gives up what is held back, wipes all keys and closes the port within. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        port.release(ready);
        for (SecurePeer peer : peers.all()) {
            peer.close();
        }
        opener.close();
        keys.close();
        port.close();
    }
}
