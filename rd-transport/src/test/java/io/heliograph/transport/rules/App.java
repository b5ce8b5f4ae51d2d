package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;

/** The endpoint's application: posts WRITEs from one source region, and takes completions one at a time. */
final class App {
    static final int SOURCE_BYTES = 1 << 20;

    private final Script script;
    private final MemorySegment memory;
    private final MemoryRegion source;
    private final Queue<String> got = new ArrayDeque<>();

    App(Script script, Arena arena) {
        this.script = script;
        memory = arena.allocate(SOURCE_BYTES, 64);
        for (int i = 0; i < SOURCE_BYTES; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, byteAt(i));
        }
        source = script.endpoint.register(memory, 0);
    }

    /** What the source holds. */
    static byte byteAt(long offset) {
        return (byte) (offset * 31 + (offset >> 8));
    }

    /** A part of what the source holds. */
    static byte[] bytesAt(long offset, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = byteAt(offset + i);
        }
        return bytes;
    }

    MemoryRegion source() {
        return source;
    }

    int numberOf(RawPeer peer) {
        return script.endpoint.addPeer(peer.address());
    }

    /** Posts WRITEs, and the endpoint runs. */
    void writes(Write... writes) {
        posts(writes);
        script.run();
    }

    /** Posts WRITEs; the endpoint does not run yet. */
    void posts(Write... writes) {
        for (Write write : writes) {
            assertEquals(Post.OK, write.post(script.endpoint, this, script.peer), "post");
        }
    }

    /** The next completions must be these; the text is that of {@link #success} and the others. */
    void gets(String... expected) {
        for (String each : expected) {
            assertEquals(each, poll());
        }
    }

    void getsNothing() {
        assertEquals("nothing", poll());
    }

    private String poll() {
        script.endpoint.poll(completion -> got.add(text(completion)), 1);
        return got.isEmpty() ? "nothing" : got.remove();
    }

    static String success(long cookie) {
        return ended(CompletionStatus.SUCCESS, cookie);
    }

    static String ended(int status, long cookie) {
        return "WRITE cookie=" + cookie + ": " + CompletionStatus.describe(status);
    }

    static String fired(int immediate) {
        return "IMMEDIATE " + immediate;
    }

    static String event(int status) {
        return "EVENT: " + CompletionStatus.describe(status);
    }

    private static String text(Completion completion) {
        return switch (completion.kind()) {
            case Completion.WRITE -> ended(completion.status(), completion.cookie());
            case Completion.IMMEDIATE -> fired(completion.immediate());
            default -> event(completion.status());
        };
    }
}
