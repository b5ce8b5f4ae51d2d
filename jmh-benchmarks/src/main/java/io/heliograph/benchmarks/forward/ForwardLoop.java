package io.heliograph.benchmarks.forward;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** Receives bursts from a port and sends them back out of it, as testpmd does with one port in its loop topology. */
public final class ForwardLoop {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bursts between two looks at the clock: below a millisecond. */
    private static final int ROUNDS_PER_LOOK = 4_096;

    // Locally administered; testpmd's peer address when it is given none.
    private static final long PEER_MAC = 0x0200_0000_0000L;
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;
    private static final int FRAME_BYTES = 64;

    private final Port port;
    private final Burst burst;
    private final ForwardMode mode;
    private final long addresses;
    private final int sourceEnd;

    /** A loop over an open port; the burst's capacity is how many frames are asked for at once. */
    public ForwardLoop(Port port, Burst burst, ForwardMode mode) {
        this.port = port;
        this.burst = burst;
        this.mode = mode;
        // Twelve bytes as they are on the wire, as a long and an int of this machine.
        long own = port.info().macAddress().value() & MAC_MASK;
        addresses = Long.reverseBytes(PEER_MAC << 16 | own >>> 32);
        sourceEnd = Integer.reverseBytes((int) own);
    }

    /** Sends one burst of new frames, for devices that give back what they are given. */
    public void prime() {
        port.allocate(burst, burst.capacity());
        for (int i = 0; i < burst.size(); i++) {
            Frame.lengthBytes(burst.frame(i), FRAME_BYTES);
        }
        port.send(burst);
        port.release(burst);
    }

    /** Forwards until this thread has run so long: on a busy machine compiling takes longer by the clock, not for the thread. */
    public void warmUp(double cpuSeconds) {
        long limitNs = THREADS.getCurrentThreadCpuTime() + (long) (cpuSeconds * TimeUnit.SECONDS.toNanos(1));
        while (THREADS.getCurrentThreadCpuTime() < limitNs) {
            forward();
        }
    }

    /**
     * Forwards until the time is over.
     *
     * @return what it forwarded, or a rate without packets if nothing came
     */
    public ForwardRate run(double seconds) {
        long packets = 0;
        long heapBytes = THREADS.getCurrentThreadAllocatedBytes();
        long cpuStartNs = THREADS.getCurrentThreadCpuTime();
        long startNs = System.nanoTime();
        long limitNs = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        long elapsedNs;
        do {
            packets += forward();
            elapsedNs = System.nanoTime() - startNs;
        } while (elapsedNs < limitNs);
        long cpuNs = THREADS.getCurrentThreadCpuTime() - cpuStartNs;
        heapBytes = THREADS.getCurrentThreadAllocatedBytes() - heapBytes;
        return new ForwardRate(
                packets, cpuNs, packets * 1_000.0 / elapsedNs, (double) heapBytes / Math.max(1, packets));
    }

    private long forward() {
        return mode == ForwardMode.IO ? io(ROUNDS_PER_LOOK) : mac(ROUNDS_PER_LOOK);
    }

    private long io(int rounds) {
        long packets = 0;
        for (int round = 0; round < rounds; round++) {
            if (port.receive(burst) > 0) {
                packets += send();
            }
        }
        return packets;
    }

    private long mac(int rounds) {
        long packets = 0;
        for (int round = 0; round < rounds; round++) {
            int count = port.receive(burst);
            for (int i = 0; i < count; i++) {
                long data = Frame.dataAddress(burst.frame(i));
                NativeMemory.putLong(data, addresses);
                NativeMemory.putInt(data + Long.BYTES, sourceEnd);
            }
            packets += count > 0 ? send() : 0;
        }
        return packets;
    }

    /** What the device does not take is dropped, as in testpmd. */
    private int send() {
        int sent = port.send(burst);
        if (burst.size() > 0) {
            port.release(burst);
        }
        return sent;
    }
}
