package io.heliograph.emulator.device;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One engine in the middle of the pipeline: lets its duty cycle run for one arriving frame and one departing data packet at a time, when the next steps have room and the steps that it stands for have had
 * their cycles.
 */
final class EngineUnit implements Actor, Upstream {
    /** Room that a frame's answers may need: a refusal, an acknowledgement, and one more. */
    private static final int ANSWER_ROOM = 3;
    /** When an engine says that it has work and can do none of it. */
    private static final long RETRY_PS = 1_000_000;

    private final VirtualTime time;
    private final int engine;
    private final EnginePort port;
    private final PacketPool packets;
    private final StageMeter meter;
    private final Stage<Packet> segmentation;
    private final Stage<Packet> acknowledgement;
    private final int inputRoom;
    private final long receivePs;
    private final long issuePs;
    private final int actor;
    private final ArrayDeque<Packet> input = new ArrayDeque<>();
    private Upstream placement = nowPs -> {};
    private Upstream afterCycle = nowPs -> {};
    private @Nullable PacketEndpoint endpoint;
    private @Nullable Departure gate;
    private boolean refused;
    private long receiveFreePs;
    private long issueFreePs;
    private long momentPs = EventQueue.NEVER;

    /**
     * An engine without an endpoint.
     *
     * @param inputRoom frames that may wait for it
     * @param receivePs from one arriving frame to the next
     * @param issuePs from one departing data packet to the next
     */
    @SuppressWarnings("TooManyParameters") // the places it is joined to
    EngineUnit(
            VirtualTime time,
            int engine,
            EnginePort port,
            PacketPool packets,
            StageMeter meter,
            Stage<Packet> segmentation,
            Stage<Packet> acknowledgement,
            int inputRoom,
            long receivePs,
            long issuePs) {
        this.time = time;
        this.engine = engine;
        this.port = port;
        this.packets = packets;
        this.meter = meter;
        this.segmentation = segmentation;
        this.acknowledgement = acknowledgement;
        this.inputRoom = inputRoom;
        this.receivePs = receivePs;
        this.issuePs = issuePs;
        actor = time.add(this);
        segmentation.addUpstream(this);
        acknowledgement.addUpstream(this);
    }

    /** Says who waits for room here, and who looks at what a duty cycle completed. */
    void join(Upstream newPlacement, Upstream newAfterCycle) {
        placement = newPlacement;
        afterCycle = newAfterCycle;
    }

    EnginePort port() {
        return port;
    }

    StageMeter meter() {
        return meter;
    }

    void open(PacketEndpoint newEndpoint, Departure newGate, long nowPs) {
        endpoint = newEndpoint;
        gate = newGate;
        wake(nowPs);
    }

    boolean offer(Packet packet, long nowPs) {
        if (input.size() >= inputRoom) {
            refused = true;
            return false;
        }
        input.add(packet);
        measure(nowPs);
        at(Math.max(nowPs, receiveFreePs));
        return true;
    }

    @Override
    public void roomAt(long nowPs) {
        wake(nowPs);
    }

    void wake(long nowPs) {
        if (endpoint != null) {
            at(nowPs);
        }
    }

    /** Runs soon if the engine has something to do that it did not know of. */
    void wakeIfDue(long nowPs) {
        PacketEndpoint present = endpoint;
        if (present != null && present.nextDeadlineNs(engine) <= nowPs / VirtualTime.PS_PER_NS) {
            at(nowPs);
        }
    }

    private void at(long thenPs) {
        if (thenPs < momentPs) {
            momentPs = thenPs;
            time.schedule(actor, thenPs);
        }
    }

    @Override
    public void act(long nowPs) {
        momentPs = EventQueue.NEVER;
        PacketEndpoint present = endpoint;
        Departure departure = gate;
        if (present == null || departure == null) {
            return;
        }
        Packet arrived = takeInput(nowPs);
        boolean mayIssue = nowPs >= issueFreePs && segmentation.hasRoom();
        departure.open(mayIssue);
        port.begin(arrived == null ? 0 : arrived.frame, nowPs);
        if (arrived != null) {
            meter.took(arrived.psn);
            meter.passed();
            packets.recycle(arrived);
        }
        int work = present.doWork(engine);
        boolean departed = departure.departed();
        departure.open(false);
        issueFreePs = departed ? nowPs + issuePs : issueFreePs;
        afterCycle.roomAt(nowPs);
        schedule(present, departure, work, mayIssue && !departed, nowPs);
        measure(nowPs);
    }

    private @Nullable Packet takeInput(long nowPs) {
        if (input.isEmpty() || nowPs < receiveFreePs) {
            return null;
        }
        if (acknowledgement.freeRoom() < ANSWER_ROOM) {
            acknowledgement.wantRoom();
            return null;
        }
        receiveFreePs = nowPs + receivePs;
        Packet packet = input.remove();
        if (refused) {
            refused = false;
            placement.roomAt(nowPs);
        }
        return packet;
    }

    private void schedule(PacketEndpoint present, Departure departure, int work, boolean issuedNothing, long nowPs) {
        if (!input.isEmpty()) {
            if (acknowledgement.freeRoom() < ANSWER_ROOM) {
                acknowledgement.wantRoom();
            } else {
                at(Math.max(nowPs, receiveFreePs));
            }
        }
        if (nowPs < receiveFreePs) {
            at(receiveFreePs);
        }
        long demandNs = departure.demandNs();
        if (demandNs != Long.MAX_VALUE) {
            if (segmentation.hasRoom()) {
                boolean isDue = demandNs <= nowPs / VirtualTime.PS_PER_NS;
                long soonestPs = isDue ? issuedNothing ? nowPs + RETRY_PS : nowPs : demandNs * VirtualTime.PS_PER_NS;
                at(Math.max(soonestPs, issueFreePs));
            } else {
                segmentation.wantRoom();
            }
        }
        long deadlineNs = present.nextDeadlineNs(engine);
        if (deadlineNs != Long.MAX_VALUE) {
            long deadlinePs = deadlineNs * VirtualTime.PS_PER_NS;
            long soonestPs = nowPs + (work > 0 ? receivePs : RETRY_PS);
            at(deadlineNs > nowPs / VirtualTime.PS_PER_NS ? deadlinePs : soonestPs);
        }
    }

    private void measure(long nowPs) {
        boolean kept = !input.isEmpty() && acknowledgement.freeRoom() < ANSWER_ROOM;
        boolean works = !input.isEmpty() || nowPs < receiveFreePs;
        StageState state = kept ? StageState.STALLED : works ? StageState.BUSY : StageState.IDLE;
        meter.set(state, input.size(), nowPs);
    }

    /** Ends at once. */
    void reset(long nowPs) {
        endpoint = null;
        gate = null;
        for (Packet each : input) {
            packets.discard(each);
        }
        input.clear();
        refused = false;
        receiveFreePs = nowPs;
        issueFreePs = nowPs;
        momentPs = EventQueue.NEVER;
        time.schedule(actor, EventQueue.NEVER);
        meter.set(StageState.IDLE, 0, nowPs);
    }
}
