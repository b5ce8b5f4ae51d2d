package io.heliograph.bindings.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.bindings.memory.HugePages;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Allocations;
import io.heliograph.testing.Refusal;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Queue pairs on a live RDMA device; skipped where there is none. */
class QueuePairTest {
    private static final int ROUTE_HEADER_BYTES = 40;
    private static final long HUGE_PAGE_BYTES = 1L << 21;

    @Test
    void shouldCarryDatagramsAndSayWhereTheyCameFrom() {
        try (VerbsPairs pairs = VerbsPairs.datagrams()) {
            VerbsPairs.End left = pairs.left;
            VerbsPairs.End right = pairs.right;
            for (int i = 0; i < 3; i++) {
                right.receives.receive(i, 100 + i, right.memory + i * 512L, 512, right.region.localKey());
                NativeMemory.fill(left.memory + i * 64L, 64, (byte) (i + 1));
                left.sends.describe(i, i, i == 2);
                left.sends.range(i, left.memory + i * 64L, 64 - i, left.region.localKey());
                long handle = Objects.requireNonNull(left.handle).address();
                left.sends.datagram(i, handle, right.pair.number(), VerbsPairs.QKEY);
            }
            assertEquals(3, right.pair.postReceive(right.receives, 3));
            assertEquals(3, left.pair.postSend(left.sends, 3));
            left.complete(1);
            assertTrue(left.completions.isSuccess(0));
            assertEquals(2, left.completions.id(0), "only the last one signals");
            assertFalse(left.completions.isReceive(0));
            for (int i = 0; i < 3; i++) {
                right.complete(1);
                assertTrue(right.completions.isSuccess(0));
                assertTrue(right.completions.isReceive(0));
                assertEquals(100 + i, right.completions.id(0));
                assertEquals(ROUTE_HEADER_BYTES + 64 - i, right.completions.lengthBytes(0));
                assertTrue(right.completions.hasGlobalRoute(0));
                assertEquals(left.pair.number(), right.completions.sourceQueuePair(0));
                assertEquals(right.pair.number(), right.completions.queuePair(0));
                assertEquals(i + 1, NativeMemory.getByte(right.memory + i * 512L + ROUTE_HEADER_BYTES));
            }
        }
    }

    @Test
    void shouldWriteIntoThePeersMemoryAndTellItByAnImmediate() {
        try (VerbsPairs pairs = VerbsPairs.connected()) {
            VerbsPairs.End left = pairs.left;
            VerbsPairs.End right = pairs.right;
            assertEquals(QueuePairState.READY_TO_SEND, left.pair.state());
            NativeMemory.fill(left.memory, 2048, (byte) 0x5a);
            right.receives.receive(0, 9, 0, 0, right.region.localKey());
            assertEquals(1, right.pair.postReceive(right.receives, 1));
            right.queue.requestEvent();
            left.sends.describe(0, 1, true);
            left.sends.range(0, left.memory, 2048, left.region.localKey());
            left.sends.write(0, right.memory + 1, right.region.remoteKey());
            left.sends.describe(1, 2, true);
            left.sends.range(1, left.memory, 0, left.region.localKey());
            left.sends.writeImmediate(1, right.memory, right.region.remoteKey(), 0xcafe_f00d);
            assertEquals(2, left.pair.postSend(left.sends, 2));
            assertTrue(right.channel.await(20_000), "an event when the immediate arrives");
            right.complete(1);
            assertTrue(right.completions.isSuccess(0) && right.completions.isReceive(0));
            assertEquals(9, right.completions.id(0));
            assertTrue(right.completions.hasImmediate(0));
            assertEquals(0xcafe_f00d, right.completions.immediate(0));
            assertEquals(0, NativeMemory.getByte(right.memory));
            assertEquals(0x5a, NativeMemory.getByte(right.memory + 1));
            assertEquals(0x5a, NativeMemory.getByte(right.memory + 2048));
            assertEquals(0, NativeMemory.getByte(right.memory + 2049));
            left.complete(2);
            assertTrue(left.completions.isSuccess(0));
            assertFalse(right.channel.await(0), "one event for one request");
        }
    }

    @Test
    void shouldFailWithTheReasonWhenTheKeyIsWrongAndWorkAgainAfterAReset() {
        try (VerbsPairs pairs = VerbsPairs.connected()) {
            VerbsPairs.End left = pairs.left;
            VerbsPairs.End right = pairs.right;
            left.sends.describe(0, 1, true);
            left.sends.range(0, left.memory, 64, left.region.localKey());
            left.sends.write(0, right.memory, right.region.remoteKey() + 0x1000);
            assertEquals(1, left.pair.postSend(left.sends, 1));
            left.complete(1);
            assertFalse(left.completions.isSuccess(0));
            assertEquals("remote access error", Completions.describe(left.completions.status(0)));
            assertEquals(QueuePairState.FAILED, left.pair.state());
            left.sends.write(0, right.memory, right.region.remoteKey());
            assertEquals(1, left.pair.postSend(left.sends, 1));
            left.complete(1);
            assertTrue(left.completions.isFlushed(0));
            left.pair.reset();
            assertEquals(QueuePairState.RESET, left.pair.state());
        }
    }

    @Test
    void shouldTakeWhatFitsWhenTheQueueIsFull() {
        try (VerbsPairs pairs = VerbsPairs.datagrams()) {
            VerbsPairs.End right = pairs.right;
            for (int i = 0; i < VerbsPairs.DEPTH; i++) {
                right.receives.receive(i, i, right.memory, 64, right.region.localKey());
            }
            int taken = 0;
            int last = 1;
            while (last > 0 && taken < 100 * VerbsPairs.DEPTH) {
                last = right.pair.postReceive(right.receives, VerbsPairs.DEPTH - 1);
                taken += Math.max(last, 0);
            }
            assertTrue(last < 0, "a full queue takes none");
            assertTrue(taken >= VerbsPairs.DEPTH, "taken=" + taken);
        }
    }

    @Test
    void shouldNameFunctionErrnoAndValuesWhenRefused() {
        try (VerbsPairs pairs = VerbsPairs.datagrams()) {
            ProtectionDomain domain = pairs.left.domain;
            String region = Refusal.of(() -> domain.register(0x1000, 4096, Set.of(MemoryAccess.LOCAL_WRITE)));
            assertTrue(
                    region.matches("ibv_reg_mr: \\d+ \\(.+\\), device=\\w+ address=0x1000 lengthBytes=4096 .*"),
                    region);
            String queue = Refusal.of(() -> pairs.left.context.createCompletionQueue(-5));
            assertTrue(queue.startsWith("ibv_create_cq: 22 (Invalid argument), device="), queue);
            String state = Refusal.of(() -> pairs.left.pair.initialise(77, VerbsPairs.QKEY));
            assertTrue(state.startsWith("ibv_modify_qp: "), state);
            String gid = Refusal.of(() -> pairs.left.context.gid(1, 9999));
            assertTrue(gid.matches("ibv_query_gid: \\d+ \\(.+\\), device=\\w+ port=1 gid=9999; .*"), gid);
            assertThrows(IllegalStateException.class, () -> pairs.left.pair.initialise(1, Set.of()));
            assertNotEquals(pairs.left.pair.address(), pairs.right.pair.address());
        }
    }

    @Test
    void shouldFaultPagesInOrSayThatTheDeviceDoesNot() {
        try (VerbsPairs pairs = VerbsPairs.datagrams()) {
            VerbsPairs.End left = pairs.left;
            Set<MemoryAccess> access = Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.ON_DEMAND);
            if (left.context.attributes().onDemand()) {
                left.domain.register(left.memory, VerbsPairs.ROOM_BYTES, access).close();
                return;
            }
            String refusal = Refusal.of(() -> left.domain.register(left.memory, VerbsPairs.ROOM_BYTES, access));
            assertTrue(refusal.startsWith("RDMA device has no on-demand paging: device="), refusal);
            assertTrue(refusal.contains("ON_DEMAND") && refusal.contains("lengthBytes=4096"), refusal);
        }
    }

    @Test
    void shouldSendFromHugePages() {
        try (VerbsPairs pairs = VerbsPairs.connected();
                HugePages huge = HugePages.map(HUGE_PAGE_BYTES)) {
            assumeTrue(huge.isHuge(), "this machine has no huge page free (sysctl vm.nr_hugepages=4)");
            VerbsPairs.End left = pairs.left;
            VerbsPairs.End right = pairs.right;
            try (RegisteredMemory region = left.domain.register(
                    huge.address(), huge.sizeBytes(), Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.HUGE_PAGES))) {
                long last = huge.address() + huge.sizeBytes() - 1024;
                NativeMemory.fill(last, 1024, (byte) 0x3c);
                left.sends.describe(0, 1, true);
                left.sends.range(0, last, 1024, region.localKey());
                left.sends.write(0, right.memory + 8, right.region.remoteKey());
                assertEquals(1, left.pair.postSend(left.sends, 1));
                left.complete(1);
                assertTrue(left.completions.isSuccess(0), Completions.describe(left.completions.status(0)));
                assertEquals(0, NativeMemory.getByte(right.memory + 7));
                assertEquals(0x3c, NativeMemory.getByte(right.memory + 8));
                assertEquals(0x3c, NativeMemory.getByte(right.memory + 1031));
                assertEquals(0, NativeMemory.getByte(right.memory + 1032));
            }
        }
    }

    @Test
    void shouldAllocateNothingWhenDatagramsPass() {
        try (VerbsPairs pairs = VerbsPairs.datagrams()) {
            assertEquals(0, Allocations.inSteadyState(() -> exchange(pairs, 500)));
        }
    }

    private static void exchange(VerbsPairs pairs, int rounds) {
        VerbsPairs.End left = pairs.left;
        VerbsPairs.End right = pairs.right;
        long handle = Objects.requireNonNull(left.handle).address();
        for (int i = 0; i < rounds; i++) {
            right.receives.receive(0, i, right.memory, 512, right.region.localKey());
            right.pair.postReceive(right.receives, 1);
            left.sends.describe(0, i, true);
            left.sends.range(0, left.memory, 64, left.region.localKey());
            left.sends.datagram(0, handle, right.pair.number(), VerbsPairs.QKEY);
            left.pair.postSend(left.sends, 1);
            left.complete(1);
            right.complete(1);
        }
    }
}
