package io.heliograph.transport.verbs;

import io.heliograph.bindings.verbs.Completions;
import io.heliograph.bindings.verbs.ReceiveRequests;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.engine.Counters;
import io.heliograph.transport.queue.CompletionRing;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Hands peers' immediates from the device to the application. Where the application has no room they stay with the device, and once that has no
 * receive either, the peer's device tries again for ever: none is lost. Thread of doWork, but for {@link #poll}.
 */
final class Receivers {
    private static final int BATCH = 64;

    private final RdmaDevice device;
    private final Rendezvous rendezvous;
    private final ReceiveSlots slots;
    private final Counters tally;
    private final CompletionRing ring;
    private final Completions completions;
    private final ReceiveRequests requests;
    private final @Nullable ReceiveLane[] lanes;
    private final int refill;

    Receivers(
            Arena arena,
            EndpointConfig config,
            RdmaDevice device,
            Rendezvous rendezvous,
            ReceiveSlots slots,
            Counters tally) {
        this.device = device;
        this.rendezvous = rendezvous;
        this.slots = slots;
        this.tally = tally;
        ring = new CompletionRing(arena, config.receiveSlots());
        completions = new Completions(arena, BATCH);
        requests = new ReceiveRequests(arena, slots.slotsOfLane());
        lanes = new ReceiveLane[device.receivers()];
        // A doorbell each is dear; with few receives it is dearer to have none.
        refill = Math.max(1, Math.min(16, slots.slotsOfLane() / 4));
    }

    /** Hands immediates to the application, on its thread. */
    int poll(CompletionHandler handler, int limit) {
        return ring.poll(handler, limit);
    }

    /** A peer's new queue pair. */
    void accepted(ReceiveLane lane) {
        lanes[lane.index] = lane;
    }

    /** Nothing comes through it any more but what did already. */
    void ended(ReceiveLane lane) {
        lane.ended = true;
        discardIfDrained(lane);
    }

    /** Takes completions from the device, to be looked at by {@link #handle} once it is known which lanes there are. */
    int take() {
        int room = Math.min(ring.capacity() - ring.unread(), BATCH);
        return room == 0 ? 0 : device.receiveQueue().poll(completions, room);
    }

    /** Looks at what {@link #take} took. */
    void handle(int count) {
        for (int i = 0; i < count; i++) {
            long id = completions.id(i);
            ReceiveLane lane = lanes[ReceiveSlots.laneOf(id)];
            if (lane == null || lane.pair.number() != completions.queuePair(i)) {
                continue; // of a queue pair that could not be drained
            }
            lane.posted--;
            if (completions.isSuccess(i)) {
                received(lane, i, id);
            }
            if (lane.ended) {
                discardIfDrained(lane);
            } else if (completions.isSuccess(i)) {
                refill(lane);
            }
        }
    }

    private void received(ReceiveLane lane, int completion, long id) {
        if (!completions.hasImmediate(completion)) {
            lane.announcedLengthBytes = slots.received(id);
            return;
        }
        long lengthBytes = lane.announcedLengthBytes > 0
                ? lane.announcedLengthBytes
                : Integer.toUnsignedLong(completions.lengthBytes(completion));
        lane.announcedLengthBytes = 0;
        tally.add(EndpointCounter.DATA_ACCEPTED, 1);
        tally.add(EndpointCounter.PAYLOAD_BYTES_PLACED, lengthBytes);
        ring.put(
                Completion.IMMEDIATE,
                CompletionStatus.SUCCESS,
                lane.peer.number,
                lane.queue,
                0,
                completions.immediate(completion),
                lengthBytes);
    }

    private void refill(ReceiveLane lane) {
        int missing = slots.slotsOfLane() - lane.posted;
        if (missing < refill) {
            return;
        }
        for (int i = 0; i < missing; i++) {
            slots.describe(requests, i, lane.index, (lane.nextSlot + i) % slots.slotsOfLane());
        }
        int taken = Math.max(lane.pair.postReceive(requests, missing), 0);
        lane.posted += taken;
        lane.nextSlot = (lane.nextSlot + taken) % slots.slotsOfLane();
    }

    private void discardIfDrained(ReceiveLane lane) {
        if (lane.posted == 0 && lanes[lane.index] == lane) {
            lanes[lane.index] = null;
            rendezvous.discard(lane);
        }
    }
}
