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
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The sending end of {@code write-bw}: keeps up to {@code depth} WRITEs outstanding, each into a slot of its own at the
 * server. A slot is used again when its WRITE completed, so no two outstanding ones overlap (R13.1).
 */
public final class WriteBandwidthClient implements Role {

    private final Session session;
    private final PerfPlan plan;
    private final MemoryRegion source;
    private final HeapMeter heap;
    private final Slices slices = new Slices();

    private final int[] freeSlots;
    private final long[] lastIteration;
    private int free;
    private RemoteRegion target = new RemoteRegion(0, 0, 0);
    private long sizeBytes;
    private long iteration;
    private long posted;
    private long completed;

    /** Registers what is sent. */
    public WriteBandwidthClient(Session session, PerfPlan plan) {
        this.session = session;
        this.plan = plan;
        this.source = session.endpoint().register(new Pattern(session.arena(), plan.largestBytes()).memory(), 0);
        this.heap = new HeapMeter(session);
        this.freeSlots = new int[plan.depth()];
        this.lastIteration = new long[plan.depth()];
    }

    /** Measures every size and hands each result out as soon as it is there. */
    public void run(Consumer<BandwidthResult> results) {
        session.role(this);
        session.awaitDevice();
        session.tell(Message.of("setup").with("room", plan.slotBytes()).with("largest", plan.largestBytes()));
        target = RemoteRegion.read(session.await("region"), plan.slotBytes());
        for (int row = 0; row < plan.sizesBytes().size(); row++) {
            results.accept(measure(plan.sizesBytes().get(row), plan.warmupNs(row)));
        }
        session.tell(Message.of("done"));
    }

    private BandwidthResult measure(long bytes, long warmupNs) {
        sizeBytes = bytes;
        int slots = plan.depth(bytes);
        pump(slots, Long.MAX_VALUE, session.clock().nowNs() + warmupNs);

        session.tell(Message.of("begin"));
        session.await("ready");
        long packets = session.count(EndpointCounter.DATA_SENT);
        long retransmitted = session.count(EndpointCounter.RETRANSMITTED);
        heap.start();
        long startNs = session.clock().nowNs();
        slices.start(startNs);
        if (plan.durationNs() > 0) {
            pump(slots, Long.MAX_VALUE, startNs + plan.durationNs());
        } else {
            pump(slots, plan.iterations(), Long.MAX_VALUE);
        }
        heap.stop();

        long sent = session.count(EndpointCounter.DATA_SENT) - packets;
        long again = session.count(EndpointCounter.RETRANSMITTED) - retransmitted;
        session.tell(Message.of("end")
                .with("bytes", bytes)
                .with("slots", slots)
                .with("iterations", Arrays.copyOf(lastIteration, slots)));
        Message verdict = session.await("verdict");
        return new BandwidthResult(slices, bytes, completed, sent, again, heap.bytesPerPacket(), verdict);
    }

    /** Posts until there are so many or it is so late, and waits for the last completion; nothing is outstanding before and after. */
    private void pump(int slots, long most, long untilNs) {
        for (free = 0; free < slots; free++) {
            freeSlots[free] = slots - 1 - free;
        }
        Arrays.fill(lastIteration, -1);
        posted = 0;
        completed = 0;
        while (true) {
            long nowNs = session.clock().nowNs();
            slices.at(nowNs, completed);
            boolean more = posted < most && nowNs - untilNs < 0;
            if (!more && posted == completed) {
                return;
            }
            while (more && free > 0 && posted < most && post(freeSlots[free - 1])) {
                free--;
                posted++;
                iteration++;
            }
            session.turn();
        }
    }

    private boolean post(int slot) {
        int code = session.endpoint()
                .write(
                        0,
                        session.peer(),
                        source,
                        Pattern.offset(iteration),
                        sizeBytes,
                        target.address() + slot * sizeBytes,
                        target.key(),
                        slot);
        if (code == Post.OK) {
            lastIteration[slot] = iteration;
            return true;
        }
        if (code != Post.RING_FULL) {
            throw new RunFailure("a WRITE was not taken: " + Post.describe(code) + ": bytes=" + sizeBytes);
        }
        return false;
    }

    @Override
    public void onWritten(Completion completion) {
        freeSlots[free++] = (int) completion.cookie();
        completed++;
    }

    @Override
    public void onImmediate(Completion completion) {
        throw new RunFailure("an immediate arrived that nobody asked for");
    }
}
