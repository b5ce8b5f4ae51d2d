package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule in which not only the network is bad: nodes are restarted, regions deregistered while they are written to, and keys wrong.
 *
 * <p>Every message has a place of its own in the target. Checked: a post completes once, with an ending that its trouble explains; SUCCESS means placed,
 * and a wrong key that nothing is; what is deregistered does not change any more; an immediate fires at most once, after its bytes; a fenced one not
 * before what completes with SUCCESS; nothing else is touched; and afterwards both nodes can write to each other.
 */
final class TroubledSchedule {
    private static final long ENOUGH_NS = 120_000_000_000L;
    private static final int QUEUES = 2;
    private static final int PLACE_BYTES = 4096;
    private static final int MESSAGES = Node.REGION_BYTES / PLACE_BYTES - 1;
    private static final int LAST_TRIES = 10;

    private final long seed;
    private final SeededRandom random;
    private final Network network;
    private final Direction there;
    private final Direction back;
    private int troubles;
    private int restarts;

    TroubledSchedule(long seed) {
        this.seed = seed;
        random = new SeededRandom(seed);
        FaultConfig faults = new FaultConfig(
                0.1 * random.nextInt(3),
                0.1 * random.nextInt(2),
                0.1 * random.nextInt(3),
                0,
                0,
                FaultConfig.DEFAULT_TRIM_BYTES,
                0.1 * random.nextInt(2),
                1_000L * (1 + random.nextInt(2_000)),
                1);
        int slots = 1 << random.nextInt(5);
        network = new Network(
                random.nextLong(),
                576 + 4 * random.nextInt(200),
                faults,
                1 + random.nextInt(3),
                random.nextInt(2) == 0,
                Network.config(1).withReceiveSlots(slots),
                Network.config(2).withReceiveSlots(slots));
        there = new Direction(network.left, network.right);
        back = new Direction(network.right, network.left);
        troubles = random.nextInt(6);
    }

    void run() {
        try (network) {
            require(network.runUntil(this::drive, ENOUGH_NS), "not over: " + there + " " + back);
            require(network.runUntil(this::settled, ENOUGH_NS), "posts without completion: " + there + " " + back);
            checkAlive(there);
            checkAlive(back);
            do {
                require(network.settle(ENOUGH_NS), "never comes to rest");
            } while (poll() > 0);
            there.checkEnd();
            back.checkEnd();
        }
    }

    private boolean drive() {
        if (random.nextInt(3) > 0) {
            poll();
        }
        (random.nextInt(2) == 0 ? there : back).post(1 + random.nextInt(4));
        if (troubles > 0 && random.nextInt(60) == 0) {
            troubles--;
            trouble(random.nextInt(2) == 0 ? there : back);
        }
        return troubles == 0 && there.isPosted() && back.isPosted();
    }

    private void trouble(Direction direction) {
        switch (random.nextInt(4)) {
            case 0 -> {
                direction.freeze();
                direction.to.reregisterTarget();
            }
            case 1 -> {
                direction.to.poll();
                direction.from.reregisterSource();
                direction.sourceGone = true;
            }
            default -> {
                poll();
                restarts++;
                direction.freeze();
                direction.reverse().forget();
                direction.to.restart(random.nextLong(), direction.from);
            }
        }
    }

    private boolean settled() {
        poll();
        return there.isOver() && back.isOver();
    }

    private int poll() {
        return there.poll() + back.poll();
    }

    /** A message gets through in the end: a few tries may find out that relations are over. */
    private void checkAlive(Direction direction) {
        for (int i = 0; i < LAST_TRIES; i++) {
            Sent message = direction.postLast();
            require(network.runUntil(() -> pollUntilOver(message), ENOUGH_NS), "no end: " + message);
            if (message.status == CompletionStatus.SUCCESS) {
                return;
            }
        }
        throw new AssertionError("no message gets through any more: " + direction + " (seed " + seed + ")");
    }

    private boolean pollUntilOver(Sent message) {
        poll();
        return message.isOver();
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what + " (seed " + seed + ")");
        }
    }

    /** What is known of one posted message. */
    private static final class Sent {
        static final int UNDER_WAY = -1;
        static final int FORGOTTEN = -2;

        final int number;
        final int queue;
        final long offset;
        final int length;
        final boolean wrongKey;
        final boolean withImmediate;
        final boolean fenced;
        int status = UNDER_WAY;
        int fired;
        boolean passedByFence;
        byte @Nullable [] frozen;

        Sent(int number, int queue, int length, boolean wrongKey, boolean withImmediate, boolean fenced) {
            this.number = number;
            this.queue = queue;
            this.offset = (long) Math.min(number, MESSAGES) * PLACE_BYTES;
            this.length = length;
            this.wrongKey = wrongKey;
            this.withImmediate = withImmediate;
            this.fenced = fenced;
        }

        boolean isOver() {
            return status != UNDER_WAY;
        }

        @Override
        public String toString() {
            return "message " + number + " queue " + queue + " length " + length + (wrongKey ? " wrong key" : "")
                    + (withImmediate ? " immediate" : "") + (fenced ? " fenced" : "") + " status " + status + " fired "
                    + fired;
        }
    }

    /** All that goes from one node to the other. */
    private final class Direction {
        private final Node from;
        private final Node to;
        private final List<Sent> sent = new ArrayList<>();
        private boolean sourceGone;

        Direction(Node from, Node to) {
            this.from = from;
            this.to = to;
            for (long i = 0; i < Node.REGION_BYTES; i++) {
                from.sourceMemory().set(ValueLayout.JAVA_BYTE, i, (byte) (1 + random.nextInt(255)));
            }
        }

        Direction reverse() {
            return this == there ? back : there;
        }

        boolean isPosted() {
            return sent.size() >= MESSAGES;
        }

        boolean isOver() {
            return sent.stream().allMatch(Sent::isOver);
        }

        void post(int count) {
            for (int i = 0; i < count && !isPosted(); i++) {
                boolean withImmediate = random.nextInt(2) == 0;
                Sent message = new Sent(
                        sent.size(),
                        random.nextInt(QUEUES),
                        random.nextInt(PLACE_BYTES + 1),
                        random.nextInt(10) == 0,
                        withImmediate,
                        withImmediate && random.nextInt(2) == 0);
                if (!post(message)) {
                    return;
                }
            }
        }

        Sent postLast() {
            Sent message = new Sent(sent.size(), 0, PLACE_BYTES, false, false, false);
            require(post(message), "no room to post: " + this);
            return message;
        }

        private boolean post(Sent message) {
            int key = to.target().key() ^ (message.wrongKey ? 1 << random.nextInt(32) : 0);
            long address = to.target().address() + message.offset;
            int code = message.withImmediate
                    ? from.endpoint()
                            .writeImm(
                                    message.queue,
                                    from.peer(),
                                    from.source(),
                                    message.offset,
                                    message.length,
                                    address,
                                    key,
                                    message.number,
                                    message.fenced,
                                    message.number)
                    : from.endpoint()
                            .write(
                                    message.queue,
                                    from.peer(),
                                    from.source(),
                                    message.offset,
                                    message.length,
                                    address,
                                    key,
                                    message.number);
            require(code == Post.OK || code == Post.RING_FULL, Post.describe(code));
            if (code == Post.OK) {
                sent.add(message);
            }
            return code == Post.OK;
        }

        /** The target's key means nothing from now on: what was posted with it must not change the target any more. */
        void freeze() {
            for (Sent message : sent) {
                if (message.frozen == null) {
                    message.frozen = target(message).toArray(ValueLayout.JAVA_BYTE);
                }
            }
        }

        /** The sender restarts and knows nothing of its posts. */
        void forget() {
            for (Sent message : sent) {
                if (!message.isOver()) {
                    message.status = Sent.FORGOTTEN;
                }
            }
        }

        int poll() {
            int polled = from.poll();
            for (Node.Completed c : from.completed) {
                switch (c.kind()) {
                    case Completion.WRITE -> onPostCompleted(c);
                    case Completion.IMMEDIATE -> reverse().onImmediate(c);
                    default -> require(restarts > 0 || isPeerGone(c), "event without a restart: " + c);
                }
            }
            from.completed.clear();
            return polled;
        }

        private boolean isPeerGone(Node.Completed c) {
            return c.status() == CompletionStatus.PEER_GONE;
        }

        private void onPostCompleted(Node.Completed c) {
            Sent message = sent.get((int) c.cookie());
            require(!message.isOver(), "completed twice or by a former self: " + message + " " + c);
            message.status = c.status();
            boolean explained = switch (c.status()) {
                case CompletionStatus.SUCCESS -> !message.wrongKey && isPlaced(message);
                case CompletionStatus.BAD_KEY -> message.wrongKey || message.frozen != null;
                case CompletionStatus.FLUSHED -> message.fenced;
                case CompletionStatus.REGION_GONE -> sourceGone;
                case CompletionStatus.PEER_RESTARTED, CompletionStatus.PEER_GONE -> restarts > 0;
                default -> false;
            };
            require(explained, "ended in a way that nothing explains: " + message + " " + c);
            require(
                    c.status() != CompletionStatus.SUCCESS || !message.passedByFence,
                    "a fence passed it before its bytes were placed: " + message);
        }

        private void onImmediate(Node.Completed c) {
            Sent message = sent.get(c.immediate());
            message.fired++;
            require(message.withImmediate && message.fired == 1, "fired without need: " + message);
            require(isPlaced(message) && c.lengthBytes() == message.length, "fired without its bytes: " + message);
            if (message.fenced) {
                for (Sent earlier : sent.subList(0, message.number)) {
                    if (earlier.queue == message.queue && !isPlaced(earlier)) {
                        require(earlier.status != CompletionStatus.SUCCESS, "not placed: " + earlier);
                        earlier.passedByFence = true;
                    }
                }
            }
        }

        private MemorySegment target(Sent message) {
            return to.targetMemory().asSlice(message.offset, message.length);
        }

        private boolean isPlaced(Sent message) {
            return target(message).mismatch(from.sourceMemory().asSlice(message.offset, message.length)) == -1;
        }

        void checkEnd() {
            require(to.guardsIntact(), "bytes outside the region were written");
            for (Sent message : sent.subList(0, MESSAGES)) {
                checkPlace(message);
                // A restarted receiver refuses what its former self may have taken; and see R8.3 for sources that go.
                boolean mayFire = !message.wrongKey
                        && (message.status != CompletionStatus.BAD_KEY || restarts > 0)
                        && (message.status != CompletionStatus.FLUSHED || restarts > 0);
                require(mayFire || message.fired == 0, "fired, but did not succeed: " + message);
                boolean mustFire = message.withImmediate && message.status == CompletionStatus.SUCCESS && restarts == 0;
                require(!mustFire || message.fired == 1, "did not fire: " + message);
            }
        }

        private void checkPlace(Sent message) {
            long address = to.targetMemory().address() + message.offset;
            long source = from.sourceMemory().address() + message.offset;
            byte[] frozen = message.frozen;
            for (int i = 0; i < PLACE_BYTES; i++) {
                byte is = NativeMemory.getByte(address + i);
                boolean own = i < message.length && !message.wrongKey && is == NativeMemory.getByte(source + i);
                boolean changed = frozen != null && i < message.length && is != frozen[i];
                if (is != 0 && !own || changed) {
                    throw new AssertionError("byte " + i + (changed ? " changed later: " : " is wrong: ") + message
                            + " (seed " + seed + ")");
                }
            }
        }

        @Override
        public String toString() {
            return sent.size() + " posted, under way: "
                    + sent.stream().filter(each -> !each.isOver()).toList();
        }
    }
}
