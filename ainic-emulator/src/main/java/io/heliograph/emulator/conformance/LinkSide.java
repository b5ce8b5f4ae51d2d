package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.DeviceUnderTest.PostedWrite;
import io.heliograph.emulator.conformance.DeviceUnderTest.Region;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the two ends of a link: its regions, what it writes, and what its own memory must hold in the end. */
final class LinkSide {
    private static final int TARGET_BYTES = 1 << 20;
    private static final int SOURCE_BYTES = 1 << 18;

    /** One WRITE of the run. */
    static final class Message {
        final int queue;
        final long sourceOffset;
        final int targetOffset;
        final int length;
        final @Nullable Integer immediate;
        final boolean fenced;
        boolean completed;
        boolean fired;

        Message(
                int queue,
                long sourceOffset,
                int targetOffset,
                int length,
                @Nullable Integer immediate,
                boolean fenced) {
            this.queue = queue;
            this.sourceOffset = sourceOffset;
            this.targetOffset = targetOffset;
            this.length = length;
            this.immediate = immediate;
            this.fenced = fenced;
        }

        boolean isDone() {
            return completed && (immediate == null || fired);
        }
    }

    final DeviceUnderTest device;
    final String name;
    final Region target;
    final List<Message> messages = new ArrayList<>();
    int outstanding;
    private final Region source;
    private final byte[] model;
    private final Deque<Integer> unposted = new ArrayDeque<>();
    private int targetUsed;

    /** Registers the regions of a device. */
    LinkSide(DeviceUnderTest device, String name) {
        this.device = device;
        this.name = name;
        target = device.register(TARGET_BYTES, true);
        source = device.register(SOURCE_BYTES, false);
        byte[] pattern = new byte[SOURCE_BYTES];
        for (int i = 0; i < SOURCE_BYTES; i++) {
            pattern[i] = PayloadPlan.sourceByte(i);
        }
        device.fill(source, pattern);
        model = device.read(target);
    }

    /** The furthest offset in the source that so many bytes fit behind, and one more. */
    static int sourceOffsets(int length) {
        return SOURCE_BYTES - length + 1;
    }

    /** Plans a WRITE to another end, to a place of its own. */
    void plan(LinkSide to, int queue, long sourceOffset, int length, boolean withImmediate, boolean fenced) {
        if (to.targetUsed + length > TARGET_BYTES) {
            throw new IllegalStateException("the operations of the scenario need more than " + TARGET_BYTES + " bytes");
        }
        int number = messages.size();
        messages.add(new Message(
                queue, sourceOffset, to.targetUsed, length, withImmediate ? (Integer) number : null, fenced));
        unposted.add(number);
        for (int at = 0; at < length; at++) {
            to.model[to.device.guardBytes() + to.targetUsed + at] = PayloadPlan.sourceByte(sourceOffset + at);
        }
        to.targetUsed += length;
    }

    /** Posts what it can, with at most so many outstanding, and at most so many of them now. */
    void post(LinkSide to, int limit, int atOnce) {
        for (int posts = 0; posts < atOnce && !unposted.isEmpty() && outstanding < limit; posts++) {
            int number = unposted.element();
            Message message = messages.get(number);
            int answer = device.post(new PostedWrite(
                    to.device.address(),
                    message.queue,
                    source,
                    message.sourceOffset,
                    message.length,
                    to.target.address() + message.targetOffset,
                    to.target.key(),
                    message.immediate,
                    message.fenced && message.immediate != null,
                    number));
            if (answer != 0) {
                return;
            }
            unposted.remove();
            outstanding++;
        }
    }

    /** The first byte of a message to this end that is not placed, or -1. */
    int misplaced(Message message) {
        byte[] memory = device.read(target, message.targetOffset, message.length);
        int from = device.guardBytes() + message.targetOffset;
        return Arrays.mismatch(memory, 0, message.length, model, from, from + message.length);
    }

    /** What is wrong in its memory, or an empty text. */
    String wrongMemory() {
        byte[] actual = device.read(target);
        int at = Arrays.mismatch(actual, model);
        return at < 0
                ? ""
                : "the memory of " + name + " is not as it must be at offset " + (at - device.guardBytes())
                        + ": holds 0x%02x and must hold 0x%02x".formatted(actual[at], model[at]);
    }

    boolean isDone() {
        return messages.stream().allMatch(Message::isDone);
    }
}
