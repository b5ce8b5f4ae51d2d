package io.heliograph.benchmarks;

import io.heliograph.bindings.crypto.AesGcm;
import io.heliograph.bindings.crypto.Libcrypto;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecurePort;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.UdpLayout;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What encryption costs: nanoseconds a packet. {@link #carryPlain} and {@link #carryEncrypted} write a packet with its ICRC, send, receive and
 * release it, both ends on one thread; their difference is one encryption and one decryption. {@link #sealAlone} and {@link #openAlone} are
 * libcrypto's share of those, to be compared with {@code openssl speed -evp aes-128-gcm -bytes N}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SecurityBenchmark {

    private static final int BATCH = 32;
    private static final int MTU_BYTES = 9_000;
    private static final int ENTROPY = 0xC001;

    /** Bytes of payload. */
    @Param({"64", "1416", "4096"})
    public int bytes;

    private final Arena arena = Arena.ofConfined();
    private final PortPair plain = MemoryPort.pair(MTU_BYTES);
    private final PortPair wire = MemoryPort.pair(MTU_BYTES);
    private final Port encryptedLeft = secure(wire.left(), "198.18.0.1");
    private final Port encryptedRight = secure(wire.right(), "198.18.0.2");
    private final Burst out = new Burst(arena, BATCH);
    private final Burst in = new Burst(arena, BATCH);
    private final FrameWriter writer = new FrameWriter(arena);
    private final PacketFields fields = new PacketFields();
    private final PeerHeader peer =
            new PeerHeader(arena, IpAddress.parse("198.18.0.1"), IpAddress.parse("198.18.0.2"), UdpLayout.ROCE_V2_PORT);
    private final AesGcm sealing = AesGcm.forSealing(Libcrypto.load());
    private final AesGcm opening = AesGcm.forOpening(Libcrypto.load());
    private final long memory = arena.allocate(MTU_BYTES, 64).address();
    private final long text = arena.allocate(MTU_BYTES, 64).address();
    private final long cipherText = arena.allocate(MTU_BYTES, 64).address();
    private final long key = arena.allocate(AesGcm.KEY_BYTES, 8).address();
    private final long nonce = arena.allocate(AesGcm.KEY_BYTES, 8).address();
    private final long tag = arena.allocate(AesGcm.TAG_BYTES, 8).address();
    private final long openTag = arena.allocate(AesGcm.TAG_BYTES, 8).address();
    private long counter;

    private static Port secure(Port port, String address) {
        Secret secret = Secret.of(new byte[Secret.LEAST_BYTES]);
        return SecurePort.open(port, SecureConfig.of(IpAddress.parse(address)), Keyring.of(secret));
    }

    /** Sets keys, and encrypts what is decrypted. */
    @Setup
    public void setKeys() {
        peer.ethernet(1, 2);
        fields.messagePackets = 1;
        sealing.key(key);
        opening.key(key);
        sealing.seal(nonce, 0, 0, cipherText, bytes, openTag);
    }

    /** Releases everything. */
    @TearDown
    public void close() {
        encryptedLeft.close();
        encryptedRight.close();
        plain.close();
        sealing.close();
        opening.close();
        arena.close();
    }

    private int carry(Port from, Port to) {
        if (from.allocate(out, BATCH) != BATCH) {
            throw new IllegalStateException("no frames");
        }
        for (int i = 0; i < BATCH; i++) {
            long frame = out.frame(i);
            Frame.lengthBytes(frame, writer.writeData(Frame.dataAddress(frame), peer, ENTROPY, fields, memory, bytes));
        }
        from.send(out);
        int received = 0;
        while (received < BATCH) {
            int count = to.receive(in);
            if (count == 0) {
                throw new IllegalStateException("packets lost: received=" + received);
            }
            received += count;
            to.release(in);
        }
        return received;
    }

    /**
     * 32 packets from one port to another, unencrypted.
     *
     * @return 32
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int carryPlain() {
        return carry(plain.left(), plain.right());
    }

    /**
     * 32 packets from one port to another, encrypted on the way.
     *
     * @return 32
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int carryEncrypted() {
        return carry(encryptedLeft, encryptedRight);
    }

    /**
     * A payload encrypted.
     *
     * @return whether that was done
     */
    @Benchmark
    public boolean sealAlone() {
        NativeMemory.putLong(nonce, ++counter);
        return sealing.seal(nonce, 0, 0, text, bytes, tag);
    }

    /**
     * As many bytes decrypted and found false, since the last ones decrypted them already: the same work as for true ones.
     *
     * @return whether they were true
     */
    @Benchmark
    public boolean openAlone() {
        NativeMemory.putLong(nonce, 0);
        return opening.open(nonce, 0, 0, cipherText, bytes, openTag);
    }
}
