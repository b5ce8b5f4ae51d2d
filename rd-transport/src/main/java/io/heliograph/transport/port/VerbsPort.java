package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.Completions;
import io.heliograph.bindings.verbs.QueuePairState;
import io.heliograph.bindings.verbs.ReceiveRequests;
import io.heliograph.bindings.verbs.RegisteredMemory;
import io.heliograph.bindings.verbs.SendRequests;
import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;

/**
 * An RDMA device as a port, by libibverbs: each Ethernet frame is one datagram of a UD queue pair, from its Ethernet header on. See {@code
 * VERBS.md} for what is on the wire.
 *
 * <p>Ports on one link find each other by the protocol's own address resolution. The Ethernet address is a hash of GID and queue pair
 * number; frames to everybody, and to addresses not heard from yet, go to the IP group of all hosts (224.0.0.1 or ff02::1), which every port
 * joins; what arrives teaches where its sender is. Frames for others are passed over in silence.
 *
 * <p>A datagram holds at most the path MTU, so the MTU is that less 18 bytes. Frames that find no receive posted are lost and not counted: the
 * device does not tell. A queue pair that failed is set up anew; a device that has gone leaves a port that is down and takes nothing.
 */
public final class VerbsPort implements Port {
    private static final int SENDS = 512;
    private static final int RECEIVES = 1024;
    /** For whoever holds frames, beyond those that are posted. */
    private static final int FRAMES_BESIDE = 1536;

    private static final int CHAIN = 256;
    /** Receives are posted so many at a time: a doorbell each is dear. */
    private static final int REFILL = 32;

    private static final int LEAST_FRAME_BYTES = 14;
    private static final long GROUP_BIT = 0x0100_0000_0000L;
    // In the global route header: an IPv6 source, or that of the IPv4 header in its last 20 bytes (annex A17, section
    // 17.4.5.2).
    private static final int ROUTE_SOURCE_IPV6 = 8;
    private static final int ROUTE_SOURCE_IPV4 = 32;

    private final Arena arena = Arena.ofShared();
    private final VerbsDatagrams device;
    private final VerbsFrames frames;
    private final VerbsPeers peers;
    private final RegisteredMemory region;
    private final PortInfo info;
    private final PortCounters counters = new PortCounters();
    private final Completions completions = new Completions(arena, CHAIN);
    private final SendRequests sends = new SendRequests(arena, CHAIN);
    private final ReceiveRequests receives = new ReceiveRequests(arena, CHAIN);
    private final boolean isIpv4;
    private final long ownMac;
    private final int maxFrameBytes;
    private final int localKey;
    /** Frames under way: number {@code n} at {@code n % length}, a power of two. */
    private final long[] sending;

    private long sent;
    private long completed;
    private int posted;
    private long lastSource;
    private boolean failed;
    private boolean dead;
    private boolean closed;

    private VerbsPort(VerbsDatagrams device, int mtuBytes) {
        this.device = device;
        try {
            maxFrameBytes = mtuBytes + LinkLayout.LINK_HEADER_BYTES;
            int count = device.sends() + device.receives() + FRAMES_BESIDE;
            frames = new VerbsFrames(arena, count, Math.max(maxFrameBytes, device.greatestDatagramBytes()));
            sending = new long[device.sends()];
            region = device.register(frames);
            localKey = region.localKey();
            peers = device.peers();
            isIpv4 = device.gid().isIpv4();
            ownMac = VerbsPeers.macOf(
                    device.gid().high(), device.gid().low(), device.pair().number());
            info = new PortInfo(device.name(), "verbs", new MacAddress(ownMac), mtuBytes, device.bitsPerSecond(), true);
            device.activate();
            refill();
            device.join();
        } catch (RuntimeException e) {
            device.close();
            arena.close();
            throw e;
        }
    }

    /**
     * Opens a port.
     *
     * @param mtuBytes the largest IP packet, from 576; the path MTU limits it
     * @throws EnvironmentException if RDMA support, the device, an address or lockable memory is missing, or the path MTU is too small
     * @throws IllegalArgumentException if the MTU is out of range
     */
    public static VerbsPort open(PortSpec.Verbs spec, int mtuBytes) {
        if (mtuBytes < LinkLayout.LEAST_MTU_BYTES || mtuBytes > LinkLayout.GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("MTU out of range: mtuBytes=" + mtuBytes + "; give "
                    + LinkLayout.LEAST_MTU_BYTES + " to " + LinkLayout.GREATEST_MTU_BYTES);
        }
        return new VerbsPort(new VerbsDatagrams(spec, mtuBytes, SENDS, RECEIVES), mtuBytes);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        if (!isUsable()) {
            return 0;
        }
        int count = device.receiveQueue().poll(completions, Math.min(burst.capacity(), CHAIN));
        if (count <= 0) {
            failed |= count < 0;
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = completions.id(i);
            posted--;
            frames.fromDevice(frame);
            int lengthBytes = lengthIfForUs(i, frame);
            if (lengthBytes > 0) {
                Frame.lengthBytes(frame, lengthBytes);
                burst.add(frame);
                bytes += lengthBytes;
            } else {
                frames.give(frame);
            }
        }
        counters.received(burst.size(), bytes);
        refill();
        return burst.size();
    }

    /** Bytes of a frame to hand on, 0 if it is not to be. */
    private int lengthIfForUs(int completion, long frame) {
        if (!completions.isSuccess(completion)) {
            failed = true;
            return 0;
        }
        int lengthBytes = completions.lengthBytes(completion) - VerbsFrames.ROUTE_HEADER_BYTES;
        if (lengthBytes < LEAST_FRAME_BYTES || lengthBytes > maxFrameBytes) {
            counters.receiveDropped(1);
            return 0;
        }
        long data = Frame.dataAddress(frame);
        long destination = NativeMemory.getLongBigEndian(data) >>> 16;
        long source = NativeMemory.getLongBigEndian(data + 4) & 0xffff_ffff_ffffL;
        if (destination != ownMac && (destination & GROUP_BIT) == 0 || source == ownMac) {
            return 0;
        }
        if (source != lastSource) {
            lastSource = source;
            learn(source, data - VerbsFrames.ROUTE_HEADER_BYTES, completions.sourceQueuePair(completion));
        }
        return lengthBytes;
    }

    private void learn(long source, long routeHeader, int queuePair) {
        if (peers.find(source) < 0) {
            long high = isIpv4 ? 0 : NativeMemory.getLongBigEndian(routeHeader + ROUTE_SOURCE_IPV6);
            long low = isIpv4
                    ? 0xffffL << 32 | NativeMemory.getIntBigEndian(routeHeader + ROUTE_SOURCE_IPV4) & 0xffff_ffffL
                    : NativeMemory.getLongBigEndian(routeHeader + ROUTE_SOURCE_IPV6 + Long.BYTES);
            peers.learn(source, high, low, queuePair);
        }
    }

    @Override
    public int allocate(Burst burst, int count) {
        if (!isUsable()) {
            return 0;
        }
        if (frames.freeCount() < count) {
            reclaim();
            if (frames.freeCount() < count) {
                return 0;
            }
        }
        for (int i = 0; i < count; i++) {
            burst.add(frames.take());
        }
        return count;
    }

    @Override
    public int send(Burst burst) {
        if (!isUsable()) {
            return 0;
        }
        reclaim();
        int room = sending.length - (int) (sent - completed);
        int count = Math.min(Math.min(burst.size(), room), CHAIN);
        if (count == 0) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            bytes += describe(i, frame, i == count - 1);
        }
        int taken = device.pair().postSend(sends, count);
        if (taken < count) {
            // Never for want of room: the queue pair or the device has failed, and what was taken will not complete.
            failed = true;
            taken = Math.max(taken, 0);
            bytes = 0;
        }
        for (int i = 0; i < taken; i++) {
            long frame = burst.frame(i);
            frames.toDevice(frame);
            sending[(int) sent++ & sending.length - 1] = frame;
            bytes += taken < count ? Frame.lengthBytes(frame) : 0;
        }
        burst.removeFirst(taken);
        counters.sent(taken, bytes);
        return taken;
    }

    /** Makes a frame the datagram at {@code index}; returns its bytes. */
    private int describe(int index, long frame, boolean isSignaled) {
        long data = Frame.dataAddress(frame);
        int lengthBytes = Frame.lengthBytes(frame);
        long destination = NativeMemory.getLongBigEndian(data) >>> 16;
        int peer = peers.find(destination);
        sends.describe(index, sent + index + 1, isSignaled);
        sends.range(index, data, lengthBytes, localKey);
        sends.datagram(index, peers.handle(peer), peers.queuePair(peer), VerbsDatagrams.QKEY);
        return lengthBytes;
    }

    @Override
    public void release(Burst burst) {
        if (!closed) {
            for (int i = 0; i < burst.size(); i++) {
                frames.give(burst.frame(i));
            }
            if (!dead) {
                refill();
            }
        }
        burst.clear();
    }

    /** Takes back what was sent. Sends of a queue pair complete in order, so a completion stands for all before it. */
    private void reclaim() {
        if (sent == completed) {
            return;
        }
        int count = device.sendQueue().poll(completions, CHAIN);
        failed |= count < 0;
        for (int i = 0; i < count; i++) {
            if (!completions.isSuccess(i)) {
                failed = true;
                counters.sendDropped(1);
            }
            completeUpTo(completions.id(i));
        }
        if (peers.isFull() && sent == completed) {
            peers.clear(); // those who are still there are soon known again
            lastSource = 0;
        }
    }

    private void completeUpTo(long number) {
        while (completed < number) {
            long frame = sending[(int) completed++ & sending.length - 1];
            frames.fromDevice(frame);
            frames.give(frame);
        }
    }

    /** Posts receives, once there are enough of them to be worth it. */
    private void refill() {
        int missing = device.receives() - posted;
        while (missing >= REFILL && frames.freeCount() >= REFILL) {
            for (int i = 0; i < REFILL; i++) {
                long frame = frames.take();
                long start = Frame.dataAddress(frame) - VerbsFrames.ROUTE_HEADER_BYTES;
                receives.receive(i, frame, start, VerbsFrames.ROUTE_HEADER_BYTES + frames.roomBytes(), localKey);
                frames.toDevice(frame);
            }
            int taken = Math.max(device.pair().postReceive(receives, REFILL), 0);
            posted += taken;
            if (taken < REFILL) {
                failed = true; // setting it up anew takes back what was not posted
                return;
            }
            missing -= REFILL;
        }
    }

    /** Whether frames may pass; sets a queue pair that failed up anew. */
    private boolean isUsable() {
        return !closed && !dead && !device.isGone() && (!failed || recover());
    }

    private boolean recover() {
        try {
            failed = false;
            device.lookForEvents();
            if (device.isGone()) {
                dead = true;
                return false;
            }
            if (device.pair().state() == QueuePairState.READY_TO_SEND) {
                return true; // one datagram failed, and nothing else
            }
            device.pair().reset();
            while (device.receiveQueue().poll(completions, CHAIN) > 0
                    || device.sendQueue().poll(completions, CHAIN) > 0) {
                // completions of what is forgotten
            }
            counters.sendDropped((int) (sent - completed));
            completed = sent;
            posted = 0;
            frames.giveAllFromDevice();
            device.activate();
            refill();
            return !failed;
        } catch (EnvironmentException e) {
            dead = true;
            return false;
        }
    }

    /** {@link LinkState#DOWN} while the device's port is, and once the device has gone. */
    @Override
    public synchronized LinkState linkState() {
        return !closed && device.isUp() ? LinkState.UP : LinkState.DOWN;
    }

    @Override
    public PortStatistics statistics() {
        return counters.snapshot();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            device.close();
            arena.close();
        }
    }
}
