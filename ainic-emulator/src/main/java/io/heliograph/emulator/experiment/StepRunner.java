package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.host.Host;
import io.heliograph.emulator.host.HostApplication;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Carries out steps: posts each message as a WRITE with immediate when its time has come, and takes its immediate, which is the number of the step, for its arrival.
 *
 * <p>What hosts write is not looked at: all share one piece of memory.
 */
final class StepRunner implements HostApplication, CompletionHandler, Actor {
    /** The work queue of what goes by rates, or as it comes. */
    static final int PLANNED_QUEUE = 0;

    /** The work queue of what a controller decides on. */
    static final int GRANTED_QUEUE = 1;

    private static final int POLL_LIMIT = 64;
    private static final long NOT_YET = -1;

    private final VirtualTime time;
    private final int actor;
    private final List<Step> steps;
    private final Members members;
    /** Those that found no room in the submission ring, by host. */
    private final List<ArrayDeque<Integer>> backlogs = new ArrayList<>();

    /** The steps that come after each: those of step s from {@code firstNext[s]} on. */
    private final int[] firstNext;

    private final int[] next;
    private final int[] waitsFor;
    private final long[] postedPs;
    private final long[] tookPs;
    private final PriorityQueue<Due> due = new PriorityQueue<>();

    /** Steps that have ended and whose followers are not all looked at, the last one first, and where that is. */
    private int[] ending = new int[16];

    private int[] cursors = new int[16];
    private int depth;

    private int messages;
    private int open;
    private int completed;
    private int failed;
    private long completedBytes;
    private long lastPs;

    /** A step whose delay is under way. */
    private record Due(long atPs, int step) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return atPs != other.atPs ? Long.compare(atPs, other.atPs) : Integer.compare(step, other.step);
        }
    }

    /** Works on hosts from now on; nothing begins yet. */
    StepRunner(Fabric fabric, Members members, List<Step> steps) {
        this.members = members;
        this.steps = steps;
        time = fabric.time();
        actor = time.add(this);
        int count = steps.size();
        waitsFor = new int[count];
        postedPs = new long[count];
        tookPs = new long[count];
        Arrays.fill(tookPs, NOT_YET);
        firstNext = new int[count + 1];
        for (int number = 0; number < count; number++) {
            Step step = steps.get(number);
            messages += step.isComputation() ? 0 : 1;
            waitsFor[number] = step.afterCount();
            for (int i = 0; i < step.afterCount(); i++) {
                int before = step.after(i);
                if (before >= number || steps.get(before).to() != step.from()) {
                    throw new IllegalArgumentException("step " + number + " cannot come after " + before + ": " + step);
                }
                firstNext[before + 1]++;
            }
        }
        for (int number = 0; number < count; number++) {
            firstNext[number + 1] += firstNext[number];
        }
        next = new int[firstNext[count]];
        int[] filled = firstNext.clone();
        for (int number = 0; number < count; number++) {
            Step step = steps.get(number);
            for (int i = 0; i < step.afterCount(); i++) {
                next[filled[step.after(i)]++] = number;
            }
        }
        open = count;
        for (Host _ : members.hosts()) {
            backlogs.add(new ArrayDeque<>());
        }
        members.worker(this);
    }

    /** Begins all steps that wait for nothing. */
    void begin() {
        for (int number = 0; number < waitsFor.length; number++) {
            if (waitsFor[number] == 0) {
                ready(number);
            }
        }
    }

    private void ready(int number) {
        Step step = steps.get(number);
        long delayPs = step.delayPs();
        if (delayPs == 0) {
            start(number);
            return;
        }
        if (step.isComputation()) {
            members.begins(step);
        }
        long atPs = time.nowPs() + delayPs;
        due.add(new Due(atPs, number));
        if (atPs < time.momentPs(actor)) {
            time.schedule(actor, atPs);
        }
    }

    @Override
    public void act(long nowPs) {
        Due first = due.peek();
        while (first != null && first.atPs() <= nowPs) {
            due.remove();
            start(first.step());
            first = due.peek();
        }
        time.schedule(actor, first == null ? EventQueue.NEVER : first.atPs());
    }

    private void start(int number) {
        Step step = steps.get(number);
        if (step.isComputation()) {
            lastPs = time.nowPs();
            if (depth > 0) {
                push(number);
            } else {
                ended(number);
            }
            close();
            return;
        }
        postedPs[number] = time.nowPs();
        ArrayDeque<Integer> backlog = backlogs.get(step.from());
        if (!backlog.isEmpty() || !post(number, step)) {
            backlog.add(number);
        }
    }

    private boolean post(int number, Step step) {
        Host host = members.host(step.from());
        MemoryRegion target = members.region(step.to());
        members.begins(step);
        int peer = host.endpoint().addPeer(HostAddresses.ipv4(step.to()));
        int code = host.endpoint()
                .writeImm(
                        members.isGranted(step) ? GRANTED_QUEUE : PLANNED_QUEUE,
                        peer,
                        members.region(step.from()),
                        0,
                        step.bytes(),
                        target.address(),
                        target.key(),
                        number,
                        false,
                        number);
        if (code == Post.RING_FULL) {
            return false;
        }
        if (code != Post.OK) {
            throw new IllegalStateException("post of step " + number + ": " + Post.describe(code));
        }
        host.wake();
        return true;
    }

    /** A step's end is known at the host that it ends at. */
    private void ended(int number) {
        push(number);
        // A loop, as a chain of computations that take no time may be long.
        while (depth > 0) {
            int at = cursors[depth - 1];
            if (at == firstNext[ending[depth - 1] + 1]) {
                depth--;
            } else {
                cursors[depth - 1]++;
                if (--waitsFor[next[at]] == 0) {
                    ready(next[at]);
                }
            }
        }
    }

    private void push(int number) {
        if (depth == ending.length) {
            ending = Arrays.copyOf(ending, 2 * depth);
            cursors = Arrays.copyOf(cursors, 2 * depth);
        }
        ending[depth] = number;
        cursors[depth++] = firstNext[number];
    }

    @Override
    public void run(Host host, long nowPs) {
        int polled;
        do {
            polled = host.endpoint().poll(this, POLL_LIMIT);
        } while (polled == POLL_LIMIT);
        ArrayDeque<Integer> backlog = backlogs.get(host.number());
        while (!backlog.isEmpty() && post(backlog.getFirst(), steps.get(backlog.getFirst()))) {
            backlog.removeFirst();
        }
    }

    @Override
    public void onCompletion(Completion completion) {
        if (completion.kind() == Completion.IMMEDIATE) {
            ended(completion.immediate());
        } else if (completion.kind() == Completion.WRITE) {
            over((int) completion.cookie(), completion.status());
        }
    }

    private void over(int number, int status) {
        if (status == CompletionStatus.SUCCESS) {
            tookPs[number] = time.nowPs() - postedPs[number];
            completed++;
            completedBytes += steps.get(number).bytes();
            lastPs = time.nowPs();
        } else {
            failed++;
        }
        close();
    }

    private void close() {
        if (--open == 0) {
            time.stop();
        }
    }

    /** Whether no message and no computation is open. */
    boolean isOver() {
        return open == 0;
    }

    int messages() {
        return messages;
    }

    int failed() {
        return failed;
    }

    long completedBytes() {
        return completedBytes;
    }

    /** When the last message or computation was over. */
    long lastPs() {
        return lastPs;
    }

    FlowTimes times() {
        long[] times = new long[completed];
        int count = 0;
        for (long each : tookPs) {
            if (each != NOT_YET) {
                times[count++] = each;
            }
        }
        return new FlowTimes(times);
    }

    @Override
    public String toString() {
        return "steps=" + steps.size() + " hosts=" + members.hosts().size();
    }
}
