package io.heliograph.emulator.conformance.dut;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.conformance.DeviceUnderTest.SentFrame;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortWrapper;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The device's end of a cable whose other end is the bench: what it sends is kept with its moment. */
final class TapPort extends PortWrapper {
    private static final int BURST = 32;

    private final PortPair pair;
    private final Clock clock;
    private final long lineRateBitsPerSecond;
    private final Arena arena = Arena.ofConfined();
    private final Burst bench;
    private List<SentFrame> sent = new ArrayList<>();
    private Runnable onSent = () -> {};

    TapPort(Clock clock, int mtuBytes, long lineRateBitsPerSecond) {
        this(MemoryPort.pair(mtuBytes), clock, lineRateBitsPerSecond);
    }

    private TapPort(PortPair pair, Clock clock, long lineRateBitsPerSecond) {
        super(pair.left());
        this.pair = pair;
        this.clock = clock;
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
        bench = new Burst(arena, BURST);
    }

    /** Called whenever the device sent something. */
    void onSent(Runnable action) {
        onSent = action;
    }

    @Override
    public PortInfo info() {
        PortInfo info = super.info();
        return new PortInfo(
                info.name(), info.driver(), info.macAddress(), info.mtuBytes(), lineRateBitsPerSecond, false);
    }

    @Override
    public int send(Burst burst) {
        int count = super.send(burst);
        long nowNs = clock.nowNs();
        while (pair.right().receive(bench) > 0) {
            for (int i = 0; i < bench.size(); i++) {
                long frame = bench.frame(i);
                byte[] bytes = NativeMemory.segment(Frame.dataAddress(frame), Frame.lengthBytes(frame))
                        .toArray(ValueLayout.JAVA_BYTE);
                sent.add(new SentFrame(nowNs, bytes));
            }
            pair.right().release(bench);
        }
        if (count > 0) {
            onSent.run();
        }
        return count;
    }

    /** Puts a frame on the cable towards the device; one that is longer than frames of the port can be is lost. */
    void deliver(byte[] frame) {
        bench.clear();
        if (pair.right().allocate(bench, 1) != 1) {
            throw new IllegalStateException("bench: the device leaves its frames where they are");
        }
        long to = bench.frame(0);
        if (frame.length > info().mtuBytes() + 18) {
            pair.right().release(bench);
            return;
        }
        MemorySegment.copy(
                frame,
                0,
                NativeMemory.segment(Frame.dataAddress(to), frame.length),
                ValueLayout.JAVA_BYTE,
                0,
                frame.length);
        Frame.lengthBytes(to, frame.length);
        if (pair.right().send(bench) != 1) {
            throw new IllegalStateException("bench: the device leaves its frames where they are");
        }
    }

    boolean hasSent() {
        return !sent.isEmpty();
    }

    List<SentFrame> take() {
        List<SentFrame> taken = sent;
        sent = new ArrayList<>();
        return taken;
    }

    @Override
    public void close() {
        pair.close();
        arena.close();
    }
}
