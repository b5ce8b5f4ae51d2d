package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One random schedule: two nodes write to each other over a link that loses, duplicates, reorders, corrupts, trims and delays.
 *
 * <p>Checked: every byte of both regions against a model; guards around them; each immediate exactly once, after its own bytes and, fenced, after
 * all earlier messages of its queue; each post completes once, with SUCCESS, after its bytes are placed; and that it all ends.
 */
final class Schedule {
    private static final long ENOUGH_NS = 120_000_000_000L;
    private static final int QUEUES = 3;

    private final long seed;
    private final SeededRandom random;
    private final Network network;
    private final Direction[] directions;
    private final int messages;

    Schedule(long seed) {
        this.seed = seed;
        random = new SeededRandom(seed);
        int mtu = 576 + 4 * random.nextInt(200);
        FaultConfig faults = faults(random);
        int window = 64 << random.nextInt(2);
        int slots = 1 << random.nextInt(5);
        EndpointConfig left = Network.config(1).withWindowPackets(window).withReceiveSlots(slots);
        EndpointConfig right = Network.config(2).withWindowPackets(window).withReceiveSlots(slots);
        network =
                new Network(random.nextLong(), mtu, faults, 1 + random.nextInt(3), random.nextInt(2) == 0, left, right);
        messages = 1 + random.nextInt(60);
        boolean bothWays = random.nextInt(2) == 0;
        Direction there = new Direction(network.left, network.right, messages);
        Direction back = new Direction(network.right, network.left, bothWays ? messages : 0);
        there.reverse = back;
        back.reverse = there;
        directions = new Direction[] {there, back};
    }

    private static FaultConfig faults(SeededRandom random) {
        double scale = random.nextInt(4) / 3.0;
        return new FaultConfig(
                0.3 * scale * random.nextInt(100) / 100,
                0.2 * random.nextInt(100) / 100,
                0.3 * random.nextInt(100) / 100,
                0.1 * scale * random.nextInt(100) / 100,
                0.2 * scale * random.nextInt(100) / 100,
                118 + random.nextInt(40),
                0.2 * random.nextInt(100) / 100,
                1_000L * (1 + random.nextInt(2_000)),
                1);
    }

    void run() {
        try (network) {
            boolean ended = network.runUntil(this::drive, ENOUGH_NS);
            require(ended, "not over: " + directions[0] + " " + directions[1]);
            require(network.settle(ENOUGH_NS), "never comes to rest");
            for (Direction direction : directions) {
                direction.poll();
                direction.checkEnd();
            }
        }
    }

    /** Posts and polls a little; returns whether all is done. */
    private boolean drive() {
        boolean done = true;
        for (Direction direction : directions) {
            if (random.nextInt(3) > 0) {
                direction.poll();
            }
            if (random.nextInt(2) == 0) {
                direction.post(1 + random.nextInt(8));
            }
            done &= direction.isDone();
        }
        return done;
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what + " (seed " + seed + ")");
        }
    }

    /** What is known of one posted message. */
    private record Sent(
            int number, int queue, int indexInQueue, long offset, int length, boolean fenced, boolean withImmediate) {}

    /** All that goes from one node to the other, with the model of the target. */
    private final class Direction {
        private final Node from;
        private final Node to;
        private final int total;
        private final byte[] model = new byte[Node.REGION_BYTES];
        private final List<Sent> sent = new ArrayList<>();
        private final List<List<Sent>> byQueue = new ArrayList<>();
        private final Map<Integer, Integer> fired = new HashMap<>();
        private final Map<Long, Integer> completions = new HashMap<>();
        /** Ranges that something under way may still write to, by offset. */
        private final TreeMap<Long, Sent> busy = new TreeMap<>();

        private Direction reverse = this;

        Direction(Node from, Node to, int total) {
            this.from = from;
            this.to = to;
            this.total = total;
            for (int i = 0; i < QUEUES; i++) {
                byQueue.add(new ArrayList<>());
            }
            MemorySegment source = from.sourceMemory();
            for (long i = 0; i < source.byteSize(); i += 8) {
                source.set(ValueLayout.JAVA_LONG, i, random.nextLong());
            }
        }

        void post(int count) {
            for (int i = 0; i < count && sent.size() < total; i++) {
                int length = length();
                long offset = random.nextInt(Node.REGION_BYTES - length);
                if (overlapsBusy(offset, length)) {
                    return;
                }
                long sourceOffset = random.nextInt(Node.REGION_BYTES - length);
                int number = sent.size();
                int queue = random.nextInt(QUEUES);
                boolean withImmediate = random.nextInt(3) == 0;
                boolean fenced = withImmediate && random.nextInt(2) == 0;
                int code = withImmediate
                        ? from.writeImm(to, queue, sourceOffset, length, offset, number, fenced, number)
                        : from.write(to, queue, sourceOffset, length, offset, number);
                if (code == Post.RING_FULL) {
                    return;
                }
                require(code == Post.OK, Post.describe(code));
                Sent message =
                        new Sent(number, queue, byQueue.get(queue).size(), offset, length, fenced, withImmediate);
                sent.add(message);
                byQueue.get(queue).add(message);
                busy.put(offset, message);
                MemorySegment.copy(
                        from.sourceMemory(), ValueLayout.JAVA_BYTE, sourceOffset, model, (int) offset, length);
            }
        }

        private int length() {
            return switch (random.nextInt(4)) {
                case 0 -> random.nextInt(2);
                case 1 -> random.nextInt(64);
                case 2 -> random.nextInt(3_000);
                default -> random.nextInt(40_000);
            };
        }

        private boolean overlapsBusy(long offset, int length) {
            Map.Entry<Long, Sent> before = busy.floorEntry(offset);
            Long after = busy.ceilingKey(offset);
            boolean clear = (before == null || before.getKey() + Math.max(1, before.getValue().length) <= offset)
                    && (after == null || offset + length < after);
            return !clear;
        }

        /** Polls both nodes' completions: posts completed here, and immediates that came from there. */
        void poll() {
            from.poll();
            for (Node.Completed c : from.completed) {
                if (c.kind() == Completion.WRITE) {
                    onPostCompleted(c);
                } else {
                    require(c.kind() == Completion.IMMEDIATE, "unexpected event " + c);
                    reverse.onImmediate(c);
                }
            }
            from.completed.clear();
        }

        private void onPostCompleted(Node.Completed c) {
            Sent message = sent.get((int) c.cookie());
            require(c.status() == CompletionStatus.SUCCESS, "post ended: " + CompletionStatus.describe(c.status()));
            require(completions.merge(c.cookie(), 1, Integer::sum) == 1, "post completed twice: " + message);
            require(
                    c.lengthBytes() == message.length && c.queue() == message.queue,
                    "completion of another post: " + c);
            checkPlaced(message, "completed");
            release(message);
        }

        private void onImmediate(Node.Completed c) {
            require(c.immediate() < sent.size(), "unknown immediate " + c);
            Sent message = sent.get(c.immediate());
            require(message.withImmediate, "immediate of a plain WRITE " + c + " " + message);
            require(fired.merge(c.immediate(), 1, Integer::sum) == 1, "immediate fired twice: " + message);
            require(
                    c.lengthBytes() == message.length && c.queue() == message.queue,
                    "immediate with another length: " + c);
            checkPlaced(message, "fired");
            if (message.fenced) {
                for (Sent earlier : byQueue.get(message.queue).subList(0, message.indexInQueue)) {
                    if (earlier.equals(busy.get(earlier.offset))) {
                        checkPlaced(earlier, "before the fence of " + message.number);
                    }
                }
            }
            release(message);
        }

        private void checkPlaced(Sent message, String when) {
            MemorySegment target = to.targetMemory().asSlice(message.offset, message.length);
            MemorySegment expected = MemorySegment.ofArray(model).asSlice(message.offset, message.length);
            long at = target.mismatch(expected);
            require(at == -1, when + " without its bytes, first at " + at + ": " + message);
        }

        private void release(Sent message) {
            boolean over = completions.containsKey((long) message.number)
                    && (!message.withImmediate || fired.containsKey(message.number));
            if (over) {
                busy.remove(message.offset, message);
            }
        }

        boolean isDone() {
            return sent.size() == total && busy.isEmpty();
        }

        void checkEnd() {
            require(isDone() && completions.size() == total, "posts without completion: " + this);
            require(to.targetMemory().mismatch(MemorySegment.ofArray(model)) == -1, "region differs from the model");
            require(to.guardsIntact(), "bytes outside the region were written");
        }

        @Override
        public String toString() {
            return sent.size() + " of " + total + " posted, " + completions.size() + " completed, " + fired.size()
                    + " fired, " + busy.size() + " under way";
        }
    }
}
