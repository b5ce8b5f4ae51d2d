package io.heliograph.transport.security;

import io.heliograph.bindings.crypto.AesGcm;
import io.heliograph.bindings.crypto.Libcrypto;
import io.heliograph.transport.Clock;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.UdpEnvelope;
import io.heliograph.transport.wire.UdpFrame;
import io.heliograph.transport.wire.UdpLayout;
import org.jspecify.annotations.Nullable;

/**
 * The way out: makes an encrypted packet of a plain one, in its frame, and the keys for that. Allocates only for a node that was never sent to.
 * One thread at a time.
 */
final class Sealer {
    /** Encrypted. */
    static final int SEALED = 0;

    /** Not to be encrypted: untouched. */
    static final int PASS = 1;

    /** Not to be sent: counted. */
    static final int DROP = 2;

    private final SecureConfig config;
    private final Libcrypto library;
    private final KeyDerivation keys;
    private final SecurePeers peers;
    private final SecureCounts counts;
    private final Clock clock;
    private final RandomSource random;
    private final UdpFrame packet = new UdpFrame();
    private final long ownHigh;
    private final long ownLow;
    private int phase;
    private long nowNs;

    Sealer(
            SecureConfig config,
            Libcrypto library,
            KeyDerivation keys,
            SecurePeers peers,
            SecureCounts counts,
            Clock clock,
            RandomSource random) {
        this.config = config;
        this.library = library;
        this.keys = keys;
        this.peers = peers;
        this.counts = counts;
        this.clock = clock;
        this.random = random;
        this.ownHigh = config.address().high();
        this.ownLow = config.address().low();
    }

    void keyring(Keyring keyring) {
        phase = keyring.sending();
    }

    void beginBurst() {
        nowNs = clock.nowNs();
    }

    /** Works on a frame that has room for a header before it; the answer is a constant of this class. */
    int seal(long frame) {
        long data = Frame.dataAddress(frame);
        int kind = packet.parse(data, Frame.lengthBytes(frame));
        if (kind == UdpFrame.OTHER) {
            return PASS;
        }
        int payloadBytes = packet.payloadBytes();
        boolean ours = kind == UdpFrame.UDP
                && packet.destinationPort() == config.plainPort()
                && packet.sourceLow() == ownLow
                && packet.sourceHigh() == ownHigh;
        long payload = packet.payload();
        int sealedBytes = (int) (payload - data) + payloadBytes + SecurityHeaderLayout.TAG_LENGTH;
        if (!ours || sealedBytes > Frame.roomBytes(frame)) {
            return drop(SecureCounter.UNSENDABLE);
        }
        SecurePeer peer = peer(packet.destinationHigh(), packet.destinationLow());
        if (peer == null) {
            return drop(SecureCounter.PEERS_FULL_SENDING);
        }
        if (peer.needsKey(nowNs, config.rekeyIntervalNs())) {
            makeKey(peer);
        }
        long header = payload - SecurityHeaderLayout.LENGTH;
        boolean ipv4 = packet.isIpv4();
        long ip = packet.ip() - SecurityHeaderLayout.LENGTH;
        FrameShift.up(frame, (int) (payload - data));
        SecurityHeaderLayout.put(header, peer.sendWord(), peer.takeCounter());
        boolean sealed = peer.sendCipher(library)
                .seal(header + SecurityHeaderLayout.NONCE, 0, 0, payload, payloadBytes, payload + payloadBytes);
        if (!sealed) {
            Frame.moveDataAddress(frame, SecurityHeaderLayout.LENGTH);
            return drop(SecureCounter.CIPHER_FAILED);
        }
        int udpBytes = UdpLayout.LENGTH + payloadBytes + SecurePort.OVERHEAD_BYTES;
        UdpEnvelope.rewrite(ip, ipv4, udpBytes, config.securePort());
        UdpEnvelope.putChecksum(ip, ipv4, udpBytes);
        Frame.lengthBytes(frame, sealedBytes + SecurityHeaderLayout.LENGTH);
        counts.increment(SecureCounter.SEALED);
        return SEALED;
    }

    private int drop(SecureCounter reason) {
        counts.increment(reason);
        return DROP;
    }

    private @Nullable SecurePeer peer(long high, long low) {
        SecurePeer peer = peers.find(high, low);
        return peer != null ? peer : peers.add(high, low);
    }

    private void makeKey(SecurePeer peer) {
        long word = SecurityHeaderLayout.word(phase, random.nextLong());
        AesGcm cipher = peer.sendCipher(library);
        keys.key(cipher, word, ownHigh, ownLow, peer.addressHigh, peer.addressLow);
        peer.beginSending(word, nowNs, config.rekeyPackets());
        counts.increment(SecureCounter.KEYS_MADE);
    }
}
