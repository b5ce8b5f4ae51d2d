package io.heliograph.transport.security;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.UdpLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Two secure ports and, between them, somebody who sees every frame, may change it, and may send whatever he likes to either. */
final class Interceptor implements AutoCloseable {
    static final int MTU_BYTES = 1500;
    static final long START_NS = 1_800_000_000_000_000_000L;
    private static final int ENTROPY = 0xC123;
    private static final int PAYLOAD_OFFSET_V4 = 14 + 20 + 8 + 48;

    final VirtualClock clock = new VirtualClock();
    final Arena arena = Arena.ofConfined();
    final boolean ipv4;
    final IpAddress senderAddress;
    final IpAddress receiverAddress;
    SecurePort sender;
    SecurePort receiver;

    private final Secret secret;
    private long seed = 1;
    private PortPair near;
    private PortPair far;
    private final Burst burst = new Burst(arena, 64);
    private final FrameWriter writer = new FrameWriter(arena);
    private final FrameCheck check;
    private final PeerHeader header;
    private final PacketFields fields = new PacketFields();
    private final MemorySegment payload = arena.allocate(MTU_BYTES, 8);

    Interceptor(boolean ipv4, Secret secret) {
        this.ipv4 = ipv4;
        this.secret = secret;
        clock.advance(START_NS);
        senderAddress = IpAddress.parse(ipv4 ? "198.18.0.1" : "2001:2::1");
        receiverAddress = IpAddress.parse(ipv4 ? "198.18.0.2" : "2001:2::2");
        check = new FrameCheck(arena, receiverAddress, UdpLayout.ROCE_V2_PORT);
        header = new PeerHeader(arena, senderAddress, receiverAddress, UdpLayout.ROCE_V2_PORT);
        header.ethernet(1, 2);
        fields.messagePackets = 1;
        restartSender(config(senderAddress));
        restartReceiver(config(receiverAddress));
    }

    static SecureConfig config(IpAddress address) {
        return SecureConfig.of(address).withMaxPeers(4);
    }

    void restartSender(SecureConfig config) {
        if (near != null) {
            sender.close();
        }
        near = MemoryPort.pair(MTU_BYTES, 256, 128);
        sender = secure(near.left(), config);
    }

    void restartReceiver(SecureConfig config) {
        if (far != null) {
            receiver.close();
        }
        far = MemoryPort.pair(MTU_BYTES, 256, 128);
        receiver = secure(far.right(), config);
    }

    private SecurePort secure(Port port, SecureConfig config) {
        try {
            return SecurePort.open(port, config, Keyring.of(secret), clock, new SeededRandom(seed++));
        } catch (EnvironmentException e) {
            throw new TestAbortedException(e.getMessage(), e);
        }
    }

    /** The bytes of a plain data packet from sender to receiver, with its ICRC. */
    byte[] plain(int psn, int payloadBytes) {
        for (int i = 0; i < payloadBytes; i++) {
            payload.set(ValueLayout.JAVA_BYTE, i, (byte) (psn * 31 + i));
        }
        fields.psn = psn;
        MemorySegment frame = arena.allocate(2048, 8);
        int bytes = writer.writeData(frame.address(), header, ENTROPY, fields, payload.address(), payloadBytes);
        return frame.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    /** What of a plain packet is its payload. */
    int payloadOffset() {
        return ipv4 ? PAYLOAD_OFFSET_V4 : PAYLOAD_OFFSET_V4 + 20;
    }

    int udpOffset() {
        return 14 + (ipv4 ? 20 : 40);
    }

    /** What the sender's port puts on the wire for these frames. */
    List<byte[]> send(byte[]... frames) {
        for (byte[] bytes : frames) {
            sender.allocate(burst, 1);
            write(burst.frame(0), bytes);
            sender.send(burst);
        }
        List<byte[]> seen = new ArrayList<>();
        while (near.right().receive(burst) > 0) {
            for (int i = 0; i < burst.size(); i++) {
                seen.add(read(burst.frame(i)));
            }
            near.right().release(burst);
        }
        return seen;
    }

    byte[] seal(int psn, int payloadBytes) {
        return send(plain(psn, payloadBytes)).get(0);
    }

    /** What the receiver's port hands on of these frames from the wire. */
    List<byte[]> deliver(byte[]... frames) {
        List<byte[]> handedOn = new ArrayList<>();
        for (byte[] bytes : frames) {
            far.left().allocate(burst, 1);
            write(burst.frame(0), bytes);
            far.left().send(burst);
            receiver.receive(burst);
            for (int i = 0; i < burst.size(); i++) {
                handedOn.add(read(burst.frame(i)));
            }
            receiver.release(burst);
        }
        return handedOn;
    }

    /** What an engine would make of a frame: a code of PacketKind or FrameDefect. */
    int check(byte[] bytes) {
        MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        return check.check(frame.address(), bytes.length);
    }

    long count(SecureCounter counter) {
        return receiver.count(counter);
    }

    private static void write(long frame, byte[] bytes) {
        Frame.lengthBytes(frame, bytes.length);
        MemorySegment.copy(
                bytes,
                0,
                NativeMemory.segment(Frame.dataAddress(frame), bytes.length),
                ValueLayout.JAVA_BYTE,
                0,
                bytes.length);
    }

    private static byte[] read(long frame) {
        return NativeMemory.segment(Frame.dataAddress(frame), Frame.lengthBytes(frame))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
        near.close();
        far.close();
        arena.close();
    }
}
