package io.heliograph.benchmarks.samehost;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.transport.SystemClock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron's contender: IPC between two threads of one process, the least that Aeron can need, with an embedded media driver that does
 * nothing meanwhile. A message is received, which is more than placed: there is no less in Aeron. Messages of 16 MiB are above its limit.
 */
public final class AeronIpc {
    private static final String CHANNEL = "aeron:ipc";
    private static final int MTU_BYTES = 65_504;
    private static final int TERM_BYTES = 16 << 20;
    private static final int ROUND_TRIPS = 50_000;
    private static final int FRAGMENTS = 64;

    private AeronIpc() {}

    /**
     * Runs it.
     *
     * @param args a directory for the driver, and the seconds for each rate and bandwidth
     */
    public static void main(String... args) throws Exception {
        MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(args[0])
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .ipcMtuLength(MTU_BYTES)
                .ipcTermBufferLength(TERM_BYTES)
                .termBufferSparseFile(false);
        double seconds = Double.parseDouble(args[1]);
        try (var _ = CpuAffinity.pin(0);
                MediaDriver driver = MediaDriver.launchEmbedded(context);
                Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()))) {
            for (int bytes : Measure.SMALL_BYTES) {
                Measure.print("rate", bytes, throughput(aeron, bytes, seconds) / 1e6);
            }
            for (int bytes : Measure.LARGE_BYTES) {
                if (bytes <= TERM_BYTES / 8) {
                    Measure.print("bw", bytes, throughput(aeron, bytes, seconds) * bytes / 1e9);
                }
            }
            roundTrips(aeron);
        }
    }

    private static Thread onOtherProcessor(Runnable work) {
        return Thread.ofPlatform().start(() -> {
            try (var _ = CpuAffinity.pin(1)) {
                work.run();
            }
        });
    }

    @SuppressWarnings("ThreadPriorityCheck") // yield: the driver connects the two on the same processors
    private static void awaitConnected(ExclusivePublication publication) {
        while (!publication.isConnected()) {
            Thread.yield();
        }
    }

    private static double throughput(Aeron aeron, int bytes, double seconds) throws InterruptedException {
        try (Subscription subscription = aeron.addSubscription(CHANNEL, 1);
                ExclusivePublication publication = aeron.addExclusivePublication(CHANNEL, 1)) {
            awaitConnected(publication);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong received = new AtomicLong();
            Thread receiver = onOtherProcessor(() -> {
                long[] count = {0};
                FragmentAssembler handler = new FragmentAssembler((buffer, offset, length, header) -> count[0]++);
                while (!stop.get()) {
                    if (subscription.poll(handler, FRAGMENTS) > 0) {
                        received.setRelease(count[0]);
                    } else {
                        Thread.onSpinWait();
                    }
                }
            });
            UnsafeBuffer message = new UnsafeBuffer(new byte[bytes]);
            BufferClaim claim = new BufferClaim();
            long[] seen = {0};
            double best = Measure.best(seconds, () -> {
                for (int i = 0; i < (bytes <= MTU_BYTES ? FRAGMENTS : 1); i++) {
                    send(publication, claim, message);
                }
                long now = received.getAcquire();
                int more = (int) (now - seen[0]);
                seen[0] = now;
                return more;
            });
            stop.set(true);
            receiver.join();
            return best;
        }
    }

    private static void send(ExclusivePublication publication, BufferClaim claim, UnsafeBuffer message) {
        if (message.capacity() > publication.maxPayloadLength()) {
            while (publication.offer(message) < 0) {
                Thread.onSpinWait();
            }
            return;
        }
        while (publication.tryClaim(message.capacity(), claim) < 0) {
            Thread.onSpinWait();
        }
        claim.buffer().putBytes(claim.offset(), message, 0, message.capacity());
        claim.commit();
    }

    private static void roundTrips(Aeron aeron) throws InterruptedException {
        try (Subscription pings = aeron.addSubscription(CHANNEL, 2);
                ExclusivePublication ping = aeron.addExclusivePublication(CHANNEL, 2);
                Subscription pongs = aeron.addSubscription(CHANNEL, 3);
                ExclusivePublication pong = aeron.addExclusivePublication(CHANNEL, 3)) {
            awaitConnected(ping);
            awaitConnected(pong);
            AtomicBoolean stop = new AtomicBoolean();
            UnsafeBuffer message = new UnsafeBuffer(new byte[8]);
            Thread other = onOtherProcessor(() -> {
                BufferClaim claim = new BufferClaim();
                while (!stop.getAcquire()) {
                    pings.poll((buffer, offset, length, header) -> send(pong, claim, message), 1);
                }
            });
            BufferClaim claim = new BufferClaim();
            long[] roundTripsNs = new long[ROUND_TRIPS];
            for (int i = -ROUND_TRIPS; i < ROUND_TRIPS; i++) {
                long startNs = SystemClock.INSTANCE.nowNs();
                send(ping, claim, message);
                while (pongs.poll((buffer, offset, length, header) -> {}, 1) == 0) {
                    Thread.onSpinWait();
                }
                if (i >= 0) {
                    roundTripsNs[i] = SystemClock.INSTANCE.nowNs() - startNs;
                }
            }
            stop.setRelease(true);
            other.join();
            Measure.printHalves("", 8, roundTripsNs);
        }
    }
}
