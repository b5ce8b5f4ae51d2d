package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every message of a run, and whose bytes may be where in the target regions: the model that checkers compare with. */
final class Ledger {
    private static final int PLACES =
            NodeMemory.TARGET_BYTES - NodeMemory.TARGET_MARGIN_BYTES - NodeMemory.TARGET_OVERLAP_BYTES;
    /** Posts out of bounds begin this far before the region's end. */
    private static final int BEFORE_END = 8;

    private static final int SOURCE_STEP = 1237;
    private static final int OVERLAP_STEP = 331;

    private final List<Message> messages = new ArrayList<>();
    private final List<Message> shared = new ArrayList<>();

    private final SimulatedNode[] nodes;
    private final Fabric fabric;
    private final int[] cursors;
    private int open;

    Ledger(SimulatedNode[] nodes, Fabric fabric) {
        this.nodes = nodes;
        this.fabric = fabric;
        cursors = new int[nodes.length];
    }

    List<Message> messages() {
        return messages;
    }

    /** Those that may overlap. */
    List<Message> shared() {
        return shared;
    }

    /** With which statuses posts completed. */
    Set<Integer> statuses() {
        Set<Integer> statuses = new HashSet<>();
        for (Message message : messages) {
            if (message.status >= 0) {
                statuses.add(message.status);
            }
        }
        return statuses;
    }

    /** Posts whose end is not known. */
    int open() {
        return open;
    }

    Message message(long number) {
        if (number < 0 || number >= messages.size()) {
            throw new Violation(Ledger.class, "completion of a message that nobody posted: number=" + number);
        }
        return messages.get((int) number);
    }

    /** A message for a post, with a place in the target if it needs one; null if there is no room. */
    @Nullable
    Message prepare(Event.Post post) {
        SimulatedNode to = nodes[post.to()];
        int number = messages.size();
        long target = to.memory.targetAddress();
        return switch (post.aim()) {
            case READ_ONLY -> message(post, to.memory.sourceAddress(), -1);
            case OUT_OF_BOUNDS -> {
                boolean behind = post.lengthBytes() > BEFORE_END && number % 2 == 0;
                yield message(post, behind ? target + NodeMemory.TARGET_BYTES - BEFORE_END : target - 1, -1);
            }
            case OVERLAP -> {
                int offset =
                        PLACES + number * OVERLAP_STEP % (NodeMemory.TARGET_OVERLAP_BYTES - post.lengthBytes() + 1);
                yield message(post, target + offset, offset);
            }
            default -> {
                int offset = place(post.to(), post.lengthBytes());
                yield offset < 0 ? null : message(post, target + offset, offset);
            }
        };
    }

    private Message message(Event.Post post, long address, int targetOffset) {
        int number = messages.size();
        int sourceOffset = number * SOURCE_STEP % (NodeMemory.SOURCE_BYTES - post.lengthBytes() + 1);
        SimulatedNode from = nodes[post.from()];
        long expectedAddress = from.memory.sourceCopyAddress() + sourceOffset;
        return new Message(number, post, address, targetOffset, sourceOffset, expectedAddress, from);
    }

    void posted(Message message) {
        messages.add(message);
        if (message.place == Message.Place.SHARED) {
            shared.add(message);
        }
        message.troubledBefore = fabric.troubled(message.from, message.to);
        open++;
        if (message.place == Message.Place.FROZEN && message.targetOffset >= 0) {
            message.frozenDigest = digest(message);
        }
    }

    private int place(int node, int lengthBytes) {
        int offset = cursors[node];
        boolean wrapped = false;
        while (true) {
            if (offset + lengthBytes > PLACES) {
                if (wrapped) {
                    return -1;
                }
                wrapped = true;
                offset = 0;
            }
            int end = endOfOverlapping(node, offset, lengthBytes);
            if (end < 0) {
                cursors[node] = offset + lengthBytes;
                return offset;
            }
            offset = end;
        }
    }

    /** The end of a message's place that overlaps a range, or -1. */
    private int endOfOverlapping(int node, int offset, int lengthBytes) {
        for (Message other : messages) {
            boolean taken = other.to == node
                    && other.place != Message.Place.FREE
                    && other.targetOffset >= 0
                    && other.targetOffset < offset + lengthBytes
                    && offset < other.targetOffset + other.lengthBytes;
            if (taken) {
                return other.targetOffset + other.lengthBytes;
            }
        }
        return -1;
    }

    /** Takes note of how a post ended. */
    void onPostCompleted(Message message, int status) {
        end(message, status);
        switch (status) {
            case CompletionStatus.SUCCESS -> {
                release(message);
                forgetFormer(message);
            }
            // The relation ended, and what is under way may still be placed until the next one is known to both.
            case CompletionStatus.PEER_GONE, CompletionStatus.PEER_RESTARTED -> disturb(message.from, message.to);
            // It may have ended here, too, before the failure was over.
            case CompletionStatus.REGION_GONE -> {}
            default -> freeze(message);
        }
    }

    private void end(Message message, int status) {
        open--;
        message.status = status;
        message.successor = messages.size();
    }

    /** Takes note of an immediate. */
    void onImmediate(Message message) {
        message.fired++;
        release(message);
        for (Message other : messages) {
            if (other.isSameDirection(message) && other.life < message.life) {
                freeze(other);
            }
        }
    }

    /** Something of a later relation was acknowledged: nothing of the former ones may be placed any more. Completions say nothing of their order among queues: only what was posted when a message was over is later. */
    private void forgetFormer(Message later) {
        for (Message other : messages) {
            boolean former = other.status == Message.FORGOTTEN
                    || other.status == CompletionStatus.PEER_GONE
                    || other.status == CompletionStatus.PEER_RESTARTED
                    || other.status == CompletionStatus.REGION_GONE;
            if (former && other.successor <= later.number && other.isSameDirection(later)) {
                freeze(other);
            }
        }
    }

    /** The application takes the bytes, if all of the message is known to be there, and clears the place for others. */
    private void release(Message message) {
        if (message.place == Message.Place.OPEN
                && message.succeeded()
                && (!message.withImmediate() || message.fired > 0)) {
            NativeMemory.fill(message.address, message.lengthBytes, (byte) 0);
            message.place = Message.Place.FREE;
        }
    }

    /** Nothing may change at its place any more. */
    void freeze(Message message) {
        if (message.place == Message.Place.OPEN) {
            message.place = Message.Place.FROZEN;
            message.frozenDigest = digest(message);
        }
    }

    /** The key of a node's target means nothing from now on. */
    void onKeyRotated(int node) {
        for (Message message : messages) {
            if (message.to == node) {
                message.keyRotated = true;
                freeze(message);
            }
        }
    }

    void onSourceRotated(int node) {
        for (Message message : messages) {
            message.sourceRotated |= message.from == node;
            message.keyRotated |= message.to == node && message.post.aim() == Event.Aim.READ_ONLY;
        }
    }

    /** A node restarts: it knows nothing of its posts, and its keys are new. */
    void onRestart(int node) {
        onKeyRotated(node);
        for (Message message : messages) {
            message.receiverRestarted |= message.to == node;
            if (message.from == node && !message.isOver()) {
                end(message, Message.FORGOTTEN);
            }
        }
        for (int other = 0; other < nodes.length; other++) {
            disturb(node, other);
        }
    }

    /** The relation of two nodes ended. */
    void disturb(int one, int other) {
        for (Message message : messages) {
            message.relationDisturbed |=
                    message.from == one && message.to == other || message.from == other && message.to == one;
        }
    }

    /** Whether all its bytes are in the target. */
    boolean isPlaced(Message message) {
        return firstDifference(message) == -1;
    }

    /** The first byte that is not in the target, nor another's where messages overlap; or -1. */
    long firstDifference(Message message) {
        return message.place == Message.Place.SHARED ? firstOfNobody(message) : mismatch(message);
    }

    private int firstOfNobody(Message message) {
        for (int i = 0; i < message.lengthBytes; i++) {
            byte is = NativeMemory.getByte(message.address + i);
            if (is != NativeMemory.getByte(message.expectedAddress + i) && !isAnothers(message.address + i, is)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a byte where messages overlap was not written, or is as one of them has it. */
    boolean isOfOne(long address) {
        byte is = NativeMemory.getByte(address);
        return is == 0 || isAnothers(address, is);
    }

    private boolean isAnothers(long address, byte is) {
        for (Message other : shared) {
            long offset = address - other.address;
            if (offset >= 0
                    && offset < other.lengthBytes
                    && NativeMemory.getByte(other.expectedAddress + offset) == is) {
                return true;
            }
        }
        return false;
    }

    private static long mismatch(Message message) {
        return NativeMemory.segment(message.address, message.lengthBytes)
                .mismatch(NativeMemory.segment(message.expectedAddress, message.lengthBytes));
    }

    /** A word that any change of its bytes in the target changes. */
    long digest(Message message) {
        long digest = 1;
        int i = 0;
        for (; i + Long.BYTES <= message.lengthBytes; i += Long.BYTES) {
            digest = (digest ^ NativeMemory.getLong(message.address + i)) * 0x9e37_79b9_7f4a_7c15L;
            digest ^= digest >>> 32;
        }
        for (; i < message.lengthBytes; i++) {
            digest = (digest ^ NativeMemory.getByte(message.address + i)) * 0x9e37_79b9_7f4a_7c15L;
            digest ^= digest >>> 32;
        }
        return digest;
    }

    /** The message of a completion at a node, if it fits. */
    Message completed(int node, Completion completion) {
        Message message = message(completion.cookie());
        if (message.from != node) {
            throw new Violation(Ledger.class, "node " + node + " was told the end of another's " + message);
        }
        return message;
    }
}
