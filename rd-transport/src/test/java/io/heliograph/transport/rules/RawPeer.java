package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A node that does nothing by itself: it sends what the script says, and the script looks at all that comes for it, in order.
 *
 * <p>What a packet does not say: incarnations are those of the script; data packets go to the endpoint's target region, know no incarnation of the
 * endpoint's (0), and are whole messages of one byte.
 */
final class RawPeer {
    private final Script script;
    private final Wire wire;
    private final IpAddress address;
    private final Frames frames;
    private final Queue<byte[]> arrived;

    private int incarnation = Script.PEER_INCARNATION;

    RawPeer(Script script, Wire wire, IpAddress address, Frames frames) {
        this.script = script;
        this.wire = wire;
        this.address = address;
        this.frames = frames;
        arrived = wire.arrivedFor(address);
    }

    IpAddress address() {
        return address;
    }

    /** Begins anew. */
    void restartsAs(int newIncarnation) {
        incarnation = newIncarnation;
    }

    /** Sends a burst, and the endpoint runs. */
    void sends(Packet... packets) {
        puts(packets);
        script.run();
    }

    /** Puts packets on the wire; the endpoint does not run yet. */
    void puts(Packet... packets) {
        for (Packet packet : packets) {
            wire.send(frame(packet));
        }
    }

    /** Sends frames as they are. */
    void sendsFrames(byte[]... raw) {
        for (byte[] each : raw) {
            wire.send(each);
        }
        script.run();
    }

    /** The frame of a packet. */
    byte[] frame(Packet packet) {
        int opcode = (int) packet.get(Field.OPCODE);
        if (!packet.has(Field.SOURCE)) {
            packet.source(incarnation);
        }
        if (Opcode.isData(opcode)) {
            addDataDefaults(packet);
        } else if (!packet.has(Field.DESTINATION)) {
            packet.destination(Script.INCARNATION);
        }
        return frames.encode(packet);
    }

    private void addDataDefaults(Packet packet) {
        if (!packet.has(Field.DESTINATION)) {
            packet.destination(0);
        }
        if (!packet.has(Field.DMA_LENGTH)) {
            packet.bytes(0x11);
        }
        if (!packet.has(Field.KEY)) {
            packet.key(script.target.region().key());
        }
        boolean isVoid = (packet.get(Field.FLAGS, 0) & AinicLayout.VOID) != 0;
        long address = packet.get(Field.ADDRESS, Script.REMOTE_ADDRESS);
        boolean relative = address >= Script.REMOTE_ADDRESS && address - Script.REMOTE_ADDRESS <= Target.BYTES + 16;
        if (relative && !isVoid) {
            packet.address(script.target.region().address() + address - Script.REMOTE_ADDRESS);
        } else {
            packet.address(address);
        }
    }

    /** The next packet that came must be like {@code expected}; returns what it says. */
    Packet expects(Packet expected) {
        wire.drain();
        byte[] frame = arrived.poll();
        if (frame == null) {
            throw new AssertionError("expected " + expected + ", but nothing came");
        }
        Packet actual = frames.decode(frame);
        assertTrue(expected.matches(actual), () -> "expected " + expected + "\n but came  " + actual);
        return actual;
    }

    /** The next packet that came, whatever it is. */
    Packet next() {
        wire.drain();
        byte[] frame = arrived.poll();
        if (frame == null) {
            throw new AssertionError("expected a packet, but nothing came");
        }
        return frames.decode(frame);
    }

    /** All packets that came, whatever they are. */
    List<Packet> all() {
        wire.drain();
        List<Packet> packets = new ArrayList<>();
        while (!arrived.isEmpty()) {
            packets.add(frames.decode(arrived.remove()));
        }
        return packets;
    }

    /** The next packets must be like these. */
    void expects(Packet first, Packet second, Packet... more) {
        expects(first);
        expects(second);
        for (Packet each : more) {
            expects(each);
        }
    }

    void expectsNothing() {
        wire.drain();
        byte[] frame = arrived.peek();
        assertTrue(frame == null, () -> "expected nothing, but came " + frames.decode(arrived.remove()));
    }

    /** The pauses of the link that came since the last call. */
    List<byte[]> takesPauses() {
        wire.drain();
        return wire.takePauses();
    }

    /** Forgets what came so far. */
    void ignoresAll() {
        wire.drain();
        arrived.clear();
    }
}
