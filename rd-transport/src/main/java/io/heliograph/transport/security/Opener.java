package io.heliograph.transport.security;

import io.heliograph.bindings.crypto.AesGcm;
import io.heliograph.bindings.crypto.Libcrypto;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.UdpEnvelope;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpLayout;
import org.jspecify.annotations.Nullable;

/**
 * The way in: makes a plain packet of an encrypted one, in its frame, if it is authentic and new. State is made and moved only by what is authentic:
 * a packet under an unknown key is tried with a key that is derived for it, and leaves nothing behind if that is not right. Allocates only for a
 * node that is authentic for the first time. One thread at a time.
 */
final class Opener implements AutoCloseable {
    /** Decrypted. */
    static final int OPENED = 0;

    /** Not to be decrypted: untouched. */
    static final int PASS = 1;

    /** Not to be handed on: counted. */
    static final int DROP = 2;

    private static final int PHASES = 2;

    private final SecureConfig config;
    private final Libcrypto library;
    private final KeyDerivation keys;
    private final SecurePeers peers;
    private final SecureCounts counts;
    private final Clock clock;
    private final UdpFrame packet = new UdpFrame();
    private final boolean[] hasSecret = new boolean[PHASES];
    private final boolean ownIpv4;
    private final long ownHigh;
    private final long ownLow;
    /** What unknown keys are tried with. */
    private AesGcm trial;

    private long nowNs;
    private boolean nowIsKnown;

    Opener(
            SecureConfig config,
            Libcrypto library,
            KeyDerivation keys,
            SecurePeers peers,
            SecureCounts counts,
            Clock clock) {
        this.config = config;
        this.library = library;
        this.keys = keys;
        this.peers = peers;
        this.counts = counts;
        this.clock = clock;
        this.ownIpv4 = config.address().isIpv4();
        this.ownHigh = config.address().high();
        this.ownLow = config.address().low();
        this.trial = AesGcm.forOpening(library);
    }

    void keyring(Keyring keyring) {
        for (int phase = 0; phase < PHASES; phase++) {
            hasSecret[phase] = keyring.secret(phase) != null;
        }
    }

    void beginBurst() {
        nowIsKnown = false;
    }

    /** Works on a frame as the port within has it; the answer is a constant of this class. */
    int open(long frame) {
        long data = Frame.dataAddress(frame);
        int kind = packet.parse(data, Frame.lengthBytes(frame));
        if (kind == UdpFrame.OTHER) {
            return PASS;
        }
        if (kind == UdpFrame.MALFORMED) {
            return drop(SecureCounter.MALFORMED);
        }
        boolean ours = kind != UdpFrame.FOREIGN
                && packet.isIpv4() == ownIpv4
                && packet.destinationLow() == ownLow
                && packet.destinationHigh() == ownHigh;
        if (!ours) {
            return drop(SecureCounter.FOREIGN);
        }
        int udpPort = packet.destinationPort();
        if (udpPort != config.securePort()) {
            return drop(udpPort == config.plainPort() ? SecureCounter.PLAIN : SecureCounter.FOREIGN);
        }
        if (kind == UdpFrame.CUT) {
            return drop(SecureCounter.TRIMMED);
        }
        long header = packet.payload();
        int plainBytes = packet.payloadBytes() - SecurePort.OVERHEAD_BYTES;
        if (plainBytes < 0 || !SecurityHeaderLayout.isValid(SecurityHeaderLayout.word(header))) {
            return drop(SecureCounter.MALFORMED);
        }
        SecureCounter defect = authenticate(header, plainBytes);
        if (defect != null) {
            return drop(defect);
        }
        restore(frame, (int) (header - data), plainBytes);
        counts.increment(SecureCounter.OPENED);
        return OPENED;
    }

    private int drop(SecureCounter reason) {
        counts.increment(reason);
        return DROP;
    }

    /** Verifies, decrypts and remembers a packet; null if it is authentic and new. */
    private @Nullable SecureCounter authenticate(long header, int plainBytes) {
        long word = SecurityHeaderLayout.word(header);
        long counter = SecurityHeaderLayout.counter(header);
        if (counter < 0) {
            return SecureCounter.MALFORMED;
        }
        SecurePeer peer = peers.find(packet.sourceHigh(), packet.sourceLow());
        AesGcm cipher = peer == null ? null : peer.cipher(word);
        if (peer == null || cipher == null) {
            return authenticateUnknown(peer, word, counter, header, plainBytes);
        }
        int known = peer.check(word, counter);
        if (known != AntiReplayWindow.NEW) {
            return known == AntiReplayWindow.REPLAYED ? SecureCounter.REPLAYED : SecureCounter.TOO_OLD;
        }
        if (!decrypt(cipher, header, plainBytes)) {
            return SecureCounter.BAD_TAG;
        }
        peer.accept(word, counter);
        return null;
    }

    private @Nullable SecureCounter authenticateUnknown(
            @Nullable SecurePeer known, long word, long counter, long header, int plainBytes) {
        if (!hasSecret[SecurityHeaderLayout.phase(word)]) {
            return SecureCounter.NO_SECRET;
        }
        if (!isTimely(counter) || (known != null && counter <= known.highestReceived())) {
            return SecureCounter.UNTIMELY;
        }
        long sourceHigh = packet.sourceHigh();
        long sourceLow = packet.sourceLow();
        keys.key(trial, word, sourceHigh, sourceLow, ownHigh, ownLow);
        if (!decrypt(trial, header, plainBytes)) {
            return SecureCounter.UNKNOWN_KEY;
        }
        SecurePeer peer = known != null ? known : peers.add(sourceHigh, sourceLow);
        if (peer == null) {
            return SecureCounter.PEERS_FULL;
        }
        AesGcm unused = peer.begin(word, counter, trial);
        trial = unused != null ? unused : AesGcm.forOpening(library);
        return null;
    }

    private boolean isTimely(long counter) {
        if (!nowIsKnown) {
            nowNs = clock.nowNs();
            nowIsKnown = true;
        }
        return Math.abs(counter - nowNs) <= config.maxClockSkewNs();
    }

    private static boolean decrypt(AesGcm cipher, long header, int plainBytes) {
        long text = header + SecurityHeaderLayout.LENGTH;
        return cipher.open(header + SecurityHeaderLayout.NONCE, 0, 0, text, plainBytes, text + plainBytes);
    }

    /** Makes the frame what it was before it was encrypted, but for a UDP checksum, which nobody looks at behind this. */
    private void restore(long frame, int headerBytes, int plainBytes) {
        boolean ipv4 = packet.isIpv4();
        long ip = packet.ip() + SecurityHeaderLayout.LENGTH;
        long udp = packet.udp() + SecurityHeaderLayout.LENGTH;
        FrameShift.down(frame, headerBytes);
        UdpEnvelope.rewrite(ip, ipv4, UdpLayout.LENGTH + plainBytes, config.plainPort());
        UdpEnvelope.clearChecksum(udp);
        Frame.lengthBytes(frame, headerBytes + plainBytes);
    }

    @Override
    public void close() {
        trial.close();
    }
}
