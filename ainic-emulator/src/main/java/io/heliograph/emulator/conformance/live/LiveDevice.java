package io.heliograph.emulator.conformance.live;

import io.heliograph.emulator.conformance.DeviceUnderTest;
import io.heliograph.transport.IpAddress;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A device at the other end of a cable, whose time passes by itself. */
abstract class LiveDevice implements DeviceUnderTest {
    /** Looks at the port before the processor is given to others. */
    private static final int SPINS = 50;

    private static final long PAUSE_NS = 20_000;

    final LiveLink link;
    final LiveTiming timing;

    LiveDevice(LiveLink link, LiveTiming timing) {
        this.link = link;
        this.timing = timing;
    }

    @Override
    public long nowNs() {
        return link.nowNs();
    }

    @Override
    public long settleNs() {
        return timing.settleNs();
    }

    @Override
    public long patienceNs() {
        return timing.patienceNs();
    }

    @Override
    public long toleranceNs() {
        return timing.toleranceNs();
    }

    @Override
    public String peerAddress(int number) {
        String address = addressOf(number);
        link.peer(IpAddress.parse(address));
        return address;
    }

    /** The address of a peer by its number. */
    abstract String addressOf(int number);

    @Override
    public void deliver(byte[] frame) {
        link.send(frame);
    }

    @Override
    public void runUntil(long ns) {
        for (int looks = 1; !link.poll() && link.nowNs() < ns; looks++) {
            if (looks % SPINS == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    @Override
    public List<SentFrame> take() {
        return link.take();
    }

    /** Nothing: the cable outlives it. */
    @Override
    public void close() {}
}
