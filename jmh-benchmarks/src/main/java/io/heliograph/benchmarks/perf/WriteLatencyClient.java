package io.heliograph.benchmarks.perf;

import io.heliograph.benchmarks.session.HeapMeter;
import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.Role;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.transport.Completion;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * The asking end of {@code write-lat}: a WRITE-with-IMM to the server, which writes the same bytes back; one at a time.
 *
 * <p>perftest's ib_write_lat polls the last byte of the buffer, which works only where packets are placed in order. Here the
 * immediate says that all bytes are placed (R5.1).
 */
public final class WriteLatencyClient implements Role {

    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Session session;
    private final PerfPlan plan;
    private final Pattern pattern;
    private final MemoryRegion source;
    private final MemorySegment pongs;
    private final MemoryRegion pongRegion;
    private final HeapMeter heap;
    private final Histogram roundTripsNs = new Histogram(1, LONGEST_NS, SIGNIFICANT_DIGITS);

    private RemoteRegion target = new RemoteRegion(0, 0, 0);
    private long iteration;
    private long pongsSeen;
    private int lastImmediate;
    private long wrong;

    /** Registers what is sent and where the answers go. */
    public WriteLatencyClient(Session session, PerfPlan plan) {
        this.session = session;
        this.plan = plan;
        this.pattern = new Pattern(session.arena(), plan.largestBytes());
        this.source = session.endpoint().register(pattern.memory(), 0);
        this.pongs = session.targets().allocate(plan.largestBytes() * PingPong.SLOTS, 4_096);
        this.pongRegion = session.endpoint().register(pongs, MemoryRegion.REMOTE_WRITE);
        this.heap = new HeapMeter(session);
    }

    /** Measures every size and hands each result out as soon as it is there. */
    public void run(Consumer<LatencyResult> results) {
        session.role(this);
        session.tell(RemoteRegion.describe(Message.of("setup").with("largest", plan.largestBytes()), pongRegion));
        target = RemoteRegion.read(session.await("region"), plan.largestBytes() * PingPong.SLOTS);
        for (int row = 0; row < plan.sizesBytes().size(); row++) {
            results.accept(measure(plan.sizesBytes().get(row), plan.warmupNs(row)));
        }
        session.tell(Message.of("done"));
    }

    private LatencyResult measure(long bytes, long warmupNs) {
        session.tell(Message.of("size").with("bytes", bytes));
        session.await("ready");
        pingPong(bytes, Long.MAX_VALUE, session.clock().nowNs() + warmupNs);

        session.tell(Message.of("begin"));
        session.await("ready");
        long packets = session.count(EndpointCounter.DATA_SENT);
        long retransmitted = session.count(EndpointCounter.RETRANSMITTED);
        roundTripsNs.reset();
        wrong = 0;
        heap.start();
        long startNs = session.clock().nowNs();
        if (plan.durationNs() > 0) {
            pingPong(bytes, Long.MAX_VALUE, startNs + plan.durationNs());
        } else {
            pingPong(bytes, plan.iterations(), Long.MAX_VALUE);
        }
        long elapsedNs = session.clock().nowNs() - startNs;
        heap.stop();

        long sent = session.count(EndpointCounter.DATA_SENT) - packets;
        long again = session.count(EndpointCounter.RETRANSMITTED) - retransmitted;
        session.tell(Message.of("end"));
        Message verdict = session.await("verdict");
        return new LatencyResult(
                bytes,
                roundTripsNs.getTotalCount(),
                roundTripsNs.copy(),
                elapsedNs,
                sent,
                again + verdict.number("retransmitted", 0, Long.MAX_VALUE),
                heap.bytesPerPacket(),
                verdict.measure("heapBytesPerPacket"),
                wrong);
    }

    private void pingPong(long bytes, long most, long untilNs) {
        for (long done = 0; done < most; done++) {
            long startNs = session.clock().nowNs();
            if (startNs - untilNs >= 0) {
                return;
            }
            long before = pongsSeen;
            ping(bytes);
            while (pongsSeen == before) {
                session.turn();
            }
            roundTripsNs.recordValue(Math.clamp(session.clock().nowNs() - startNs, 1, LONGEST_NS));
            long offset = PingPong.slot(iteration) * bytes;
            if (lastImmediate != (int) iteration || !pattern.matches(pongs, offset, bytes, iteration)) {
                wrong++;
            }
            iteration++;
        }
    }

    private void ping(long bytes) {
        while (true) {
            int code = session.endpoint()
                    .writeImm(
                            0,
                            session.peer(),
                            source,
                            Pattern.offset(iteration),
                            bytes,
                            target.address() + PingPong.slot(iteration) * bytes,
                            target.key(),
                            (int) iteration,
                            false,
                            0);
            if (code == Post.OK) {
                return;
            }
            if (code != Post.RING_FULL) {
                throw new RunFailure("a WRITE was not taken: " + Post.describe(code) + ": bytes=" + bytes);
            }
            session.turn();
        }
    }

    @Override
    public void onWritten(Completion completion) {
        // The pong says more.
    }

    @Override
    public void onImmediate(Completion completion) {
        lastImmediate = completion.immediate();
        pongsSeen++;
    }
}
