package io.heliograph.transport.fuzz;

import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.FrameSeal;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Does what a fuzzer's bytes say: sends any frames, from nonsense to nearly right, and makes time pass and the application act in between. */
final class Attacker {
    private static final int MOST_FRAMES_KEPT = 32;
    private static final int MOST_PAYLOAD_BYTES = 448;
    private static final int NODES = 12;
    private static final Arena ARENA = Arena.global();
    private static final FrameSeal SEAL = new FrameSeal(ARENA);
    private static final FrameWriter WRITER = new FrameWriter(ARENA);
    private static final MemorySegment ROOM = ARENA.allocate(4096, 64);
    private static final MemorySegment PAYLOAD = ARENA.allocate(1024, 64).fill((byte) 0xA7);
    private static final PeerHeader[] HEADERS = headers();

    private final Stage stage;
    private final FuzzInput input;
    private final List<byte[]> sent = new ArrayList<>();
    private long cookie;

    Attacker(Stage stage, FuzzInput input) {
        this.stage = stage;
        this.input = input;
    }

    private static PeerHeader[] headers() {
        PeerHeader[] headers = new PeerHeader[NODES];
        for (int i = 0; i < NODES; i++) {
            headers[i] = new PeerHeader(ARENA, Stage.address(3 + i), Stage.address(1), EndpointConfig.ROCE_V2_PORT);
            headers[i].ethernet(Stage.PEER_MAC, Stage.ENDPOINT_MAC);
        }
        return headers;
    }

    /** The next step. */
    void act() {
        switch (input.below(12)) {
            case 0 -> send(input.take(input.next()));
            case 1 -> send(sealed(input.take(input.next())));
            case 2, 3, 4 -> send(packet());
            case 5 -> send(sealed(changed(packet())));
            case 6 -> again(false);
            case 7 -> again(true);
            case 8 -> stage.clock.advance((long) input.nextShort() << input.below(24));
            case 9 -> post();
            case 10 -> stage.endpoint.poll(completion -> {}, 1 + input.below(8));
            default -> stage.replaceOpen();
        }
    }

    private void send(byte[] frame) {
        stage.send(frame);
        if (sent.size() < MOST_FRAMES_KEPT) {
            sent.add(frame);
        }
    }

    /** A frame once more: as it was, or cut as by a switch, or with a byte changed under a right ICRC. */
    private void again(boolean differently) {
        if (sent.isEmpty()) {
            return;
        }
        byte[] frame = sent.get(input.below(256) % sent.size()).clone();
        if (differently && input.flag()) {
            frame = Arrays.copyOf(frame, Math.min(frame.length, 40 + input.next()));
        } else if (differently) {
            frame = sealed(changed(frame));
        }
        stage.send(frame);
    }

    private byte[] changed(byte[] frame) {
        for (int edits = 1 + input.below(4); edits > 0 && frame.length > 0; edits--) {
            frame[input.nextShort() % frame.length] = (byte) input.next();
        }
        return frame;
    }

    private static byte[] sealed(byte[] frame) {
        SEAL.seal(frame);
        return frame;
    }

    private void post() {
        IpAddress to = Stage.address(3 + input.below(3));
        int length = input.nextShort() % Stage.REGION_BYTES;
        int flags = input.next();
        try {
            int peer = stage.endpoint.addPeer(to);
            if ((flags & 1) == 0) {
                stage.endpoint.write(flags >> 6, peer, stage.source, 0, length, 0x5000_0000L, 7, cookie++);
            } else {
                boolean fenced = (flags & 2) != 0;
                stage.endpoint.writeImm(
                        flags >> 6, peer, stage.source, 0, length, 0x5000_0000L, 7, 9, fenced, cookie++);
            }
        } catch (IllegalStateException e) {
            // Strangers fill the table of peers: that is said so, and bounded.
        }
    }

    /** A well-formed packet of any kind whose values are near the ones that matter, or are anything. */
    private byte[] packet() {
        PeerHeader header = HEADERS[input.below(NODES)];
        PacketFields fields = new PacketFields();
        int shape = input.next();
        fields.sourceIncarnation = (shape & 1) == 0 ? 2000 : incarnation();
        fields.destinationIncarnation = (shape & 2) == 0 ? Stage.INCARNATION : incarnation();
        fields.sourceQp = (shape & 4) == 0 ? 0 : input.nextInt() & 0xFF_FFFF;
        fields.destinationQp = (shape & 8) == 0 ? QueuePair.of(0, 0) : input.nextInt() & 0xFF_FFFF;
        fields.psn = near() & 0xFF_FFFF;
        long frame = ROOM.address();
        int length = switch (shape >> 4 & 7) {
            case 0 ->
                WRITER.writeSack(
                        frame, header, 0xC0DE, fields, near() & 0xFF_FFFF, (byte) input.next(), 0xC0DE, bitmap());
            case 1 -> WRITER.writeNack(frame, header, 0xC0DE, fields, input.next(), 0xC0DE, near(), input.nextInt());
            case 2 -> WRITER.writeProbe(frame, header, 0xC0DE, fields, input.flag(), near());
            default -> data(frame, header, fields);
        };
        return ROOM.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private int data(long frame, PeerHeader header, PacketFields fields) {
        int shape = input.next();
        fields.flags = input.next() & ~AinicLayout.RESERVED_FLAGS;
        fields.hasImmediate = (shape & 1) != 0 && (fields.flags & AinicLayout.VOID) == 0;
        fields.immediate = 0x1234;
        fields.acknowledge = (shape & 2) != 0;
        fields.messagePackets = (shape & 4) == 0 ? 1 + input.below(8) : Math.max(1, input.nextInt() & 0xFF_FFFF);
        fields.msn = near();
        fields.key = (shape & 8) == 0 ? stage.open().key() : input.nextInt();
        // Around both ends of what may be written, or anywhere.
        fields.virtualAddress = switch (shape >> 4 & 3) {
            case 0, 1 -> stage.open().address() + input.nextShort() % Stage.REGION_BYTES;
            case 2 -> stage.open().address() + Stage.REGION_BYTES - input.nextShort() % 512;
            default -> input.nextLong();
        };
        boolean isVoid = (fields.flags & AinicLayout.VOID) != 0;
        int payloadBytes = isVoid ? 0 : input.nextShort() % (MOST_PAYLOAD_BYTES + 1);
        return WRITER.writeData(frame, header, 0xC0DE, fields, PAYLOAD.address(), payloadBytes);
    }

    private int incarnation() {
        int choice = input.next();
        return choice < 128 ? 2000 - 64 + choice : input.nextInt();
    }

    /** A sequence number: small, around a wrap, or any. */
    private int near() {
        int choice = input.next();
        return choice < 100 ? choice : choice < 150 ? 125 - choice : input.nextInt();
    }

    private long bitmap() {
        return input.flag() ? input.nextLong() : 1L << input.below(64);
    }
}
