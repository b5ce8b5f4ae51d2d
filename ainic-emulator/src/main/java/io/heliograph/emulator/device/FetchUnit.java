package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.CompletionCode;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkFlag;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.endpoint.PacketEndpoint;
import org.jspecify.annotations.Nullable;

/** Reads work entries, a few at once and one queue after the other, and posts to the endpoint those that make sense; the others end with an error. */
final class FetchUnit implements Actor, Upstream {
    /** Queues that are read at once. */
    static final int READS = 4;

    private final VirtualTime time;
    private final SubmissionQueue[] queues;
    private final HostMemory memory;
    private final RegionUnit regions;
    private final PeerUnit peers;
    private final Outbox outbox;
    private final Counts counts;
    private final int entriesAtOnce;
    private final int actor;
    private @Nullable Stage<Fetch> stage;
    private @Nullable PacketEndpoint endpoint;
    private Upstream afterPosts = nowPs -> {};
    private int cursor;

    @SuppressWarnings("TooManyParameters") // what an entry is checked against
    FetchUnit(
            VirtualTime time,
            SubmissionQueue[] queues,
            HostMemory memory,
            RegionUnit regions,
            PeerUnit peers,
            Outbox outbox,
            Counts counts,
            int entriesAtOnce) {
        this.time = time;
        this.queues = queues;
        this.memory = memory;
        this.regions = regions;
        this.peers = peers;
        this.outbox = outbox;
        this.counts = counts;
        this.entriesAtOnce = entriesAtOnce;
        actor = time.add(this);
    }

    void join(Stage<Fetch> newStage, Upstream newAfterPosts) {
        stage = newStage;
        afterPosts = newAfterPosts;
        newStage.addUpstream(this);
    }

    void open(PacketEndpoint newEndpoint) {
        endpoint = newEndpoint;
    }

    /** There may be entries to read. */
    @Override
    public void roomAt(long nowPs) {
        time.schedule(actor, nowPs);
    }

    @Override
    public void act(long nowPs) {
        Stage<Fetch> reads = stage;
        if (reads == null || endpoint == null) {
            return;
        }
        for (int i = 0; i < queues.length; i++) {
            SubmissionQueue queue = queues[cursor];
            int count = queue.fetchable(entriesAtOnce);
            if (count > 0) {
                if (!reads.hasRoom()) {
                    reads.wantRoom();
                    return;
                }
                queue.fetch(count);
                reads.offer(new Fetch(queue, queue.life(), count), nowPs);
            }
            cursor = cursor + 1 == queues.length ? 0 : cursor + 1;
        }
    }

    /** Takes entries that were read. Their completions need room in the outbox, one for each that may be refused. */
    boolean take(Fetch fetch, long nowPs, Stage<RingWrite> completion) {
        SubmissionQueue queue = fetch.queue;
        PacketEndpoint present = endpoint;
        if (present == null || queue.life() != fetch.life) {
            return true;
        }
        if (completion.freeRoom() < fetch.count) {
            completion.wantRoom();
            return false;
        }
        int taken = 0;
        while (taken < fetch.count && queue.state() == QueueState.RUNNING) {
            long entry = queue.nextEntry();
            if (!memory.allows(entry, WorkEntry.ENTRY_BYTES, HostMemory.READ)) {
                counts.increment(DeviceCounter.MEMORY_FAULTS);
                fail(queue, CommandStatus.NOT_MAPPED, entry, nowPs);
                break;
            }
            queue.take();
            taken++;
            take(present, queue, entry, nowPs);
        }
        queue.fetched(fetch.count - taken);
        queue.settle();
        afterPosts.roomAt(nowPs);
        roomAt(nowPs);
        return true;
    }

    /** Stops a queue that was misused. */
    void fail(SubmissionQueue queue, CommandStatus why, long information, long nowPs) {
        queue.stop(QueueState.ERROR, why);
        outbox.tell(EventType.QUEUE_ERROR, why.value(), queue.number, queue.taken(), information, nowPs);
    }

    private void take(PacketEndpoint present, SubmissionQueue queue, long entry, long nowPs) {
        counts.increment(DeviceCounter.WORK_ENTRIES);
        int destination = WorkEntry.DESTINATION.getInt(entry);
        CompletionCode refusal = doubt(queue, entry);
        if (refusal == null) {
            refusal = post(present, queue, entry, destination);
        }
        if (refusal != null) {
            counts.increment(DeviceCounter.WORK_ENTRIES_REFUSED);
            long length = WorkEntry.LENGTH.get(entry);
            outbox.end(queue, refusal.value(), destination, WorkEntry.COOKIE.get(entry), length, nowPs);
        }
    }

    private static @Nullable CompletionCode doubt(SubmissionQueue queue, long entry) {
        int opcode = WorkEntry.OPCODE.getInt(entry);
        if (opcode != WorkOpcode.WRITE.value() && opcode != WorkOpcode.WRITE_IMM.value()) {
            return CompletionCode.BAD_OPCODE;
        }
        int flags = WorkEntry.FLAGS.getInt(entry);
        int known = opcode == WorkOpcode.WRITE_IMM.value() ? WorkFlag.FENCED.value() : 0;
        if ((flags & ~known) != 0) {
            return CompletionCode.BAD_FLAGS;
        }
        if (WorkEntry.QUEUE.getInt(entry) != queue.number) {
            return CompletionCode.BAD_QUEUE;
        }
        boolean reserved = WorkEntry.RESERVED0.get(entry) != 0 || WorkEntry.RESERVED1.get(entry) != 0;
        return reserved ? CompletionCode.RESERVED_SET : null;
    }

    private @Nullable CompletionCode post(PacketEndpoint present, SubmissionQueue queue, long entry, int destination) {
        int peer = peers.peer(destination);
        if (peer == PeerUnit.NOBODY) {
            return CompletionCode.BAD_DESTINATION;
        }
        MemoryRegion region = regions.find(WorkEntry.LOCAL_KEY.getInt(entry));
        if (region == null) {
            return CompletionCode.BAD_SOURCE;
        }
        boolean withImmediate = WorkEntry.OPCODE.getInt(entry) == WorkOpcode.WRITE_IMM.value();
        int code = present.post(
                withImmediate,
                WorkEntry.FLAGS.getInt(entry) == WorkFlag.FENCED.value(),
                queue.number,
                peer,
                region,
                WorkEntry.LOCAL_ADDRESS.get(entry) - region.address(),
                WorkEntry.LENGTH.get(entry),
                WorkEntry.REMOTE_ADDRESS.get(entry),
                WorkEntry.REMOTE_KEY.getInt(entry),
                withImmediate ? WorkEntry.IMMEDIATE.getInt(entry) : 0,
                WorkEntry.COOKIE.get(entry));
        return switch (code) {
            case Post.OK -> null;
            case Post.BAD_SOURCE -> CompletionCode.BAD_SOURCE;
            case Post.TOO_LONG -> CompletionCode.TOO_LONG;
            case Post.UNKNOWN_PEER -> CompletionCode.BAD_DESTINATION;
            // The table of posts has an entry for each place in each ring.
            default -> throw new IllegalStateException("work entry not posted: " + Post.describe(code));
        };
    }

    void reset() {
        endpoint = null;
        cursor = 0;
        time.schedule(actor, EventQueue.NEVER);
    }
}
