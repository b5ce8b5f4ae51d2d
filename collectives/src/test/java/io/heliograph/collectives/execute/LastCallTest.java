package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A rank whose last call was over for it when another found that they called different things hears of it from {@code close}. */
@Timeout(60)
final class LastCallTest {
    private static final CommunicatorConfig CONFIG = CommunicatorConfig.DEFAULT
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20))
            .withAlgorithm(Algorithm.DIRECT);
    private static final int COUNT = 8;

    /** A call of so many elements. */
    interface Call {
        CollectiveHandle on(EndpointCommunicator rank, MemorySegment buffer, int count);
    }

    private static Stream<Arguments> oneWay() {
        return Stream.of(
                        Named.<Call>of(
                                "broadcast",
                                (rank, buffer, count) -> rank.broadcast(buffer, buffer, count, DataType.I32, 0)),
                        Named.<Call>of(
                                "scatter",
                                (rank, buffer, count) ->
                                        rank.scatter(buffer, buffer.asSlice(512), count, DataType.I32, 0)),
                        Named.<Call>of(
                                "reduce",
                                (rank, buffer, count) ->
                                        rank.reduce(buffer, buffer, count, DataType.I32, ReduceOperation.SUM, 1)),
                        Named.<Call>of(
                                "gather",
                                (rank, buffer, count) ->
                                        rank.gather(buffer, buffer.asSlice(512), count, DataType.I32, 1)),
                        Named.<Call>of(
                                "send",
                                (rank, buffer, count) -> rank.rank() == 0
                                        ? rank.send(buffer, count, DataType.I32, 1)
                                        : rank.receive(buffer, count, DataType.I32, 0)))
                .flatMap(call ->
                        Stream.of(Carrier.SHARED_MEMORY, Carrier.PACKETS).map(carrier -> Arguments.of(carrier, call)));
    }

    /** Rank 0 has closed, or is about to, when rank 1 looks; over packets rank 0 may hear of it while it waits for the acknowledgement. */
    @ParameterizedTest
    @MethodSource("oneWay")
    void shouldSayOnceThatTheLastCallWasAnother(Carrier carrier, Call call) {
        List<RuntimeException> closing = new ArrayList<>();
        List<CollectiveException> calling = new ArrayList<>();
        Group group = carrier.open(2, CONFIG);
        try {
            Group.onThreads(2, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment buffer = communicator.allocate(1024);
                communicator.barrier().await();
                if (rank == 0) {
                    Stream.of(
                                    thrown(() ->
                                            call.on(communicator, buffer, COUNT).await()),
                                    thrown(communicator::close),
                                    thrown(communicator::close))
                            .filter(Objects::nonNull)
                            .forEach(closing::add);
                } else {
                    CollectiveHandle handle = call.on(communicator, buffer, COUNT + 1);
                    calling.add(assertThrows(CollectiveException.class, handle::await));
                }
            });
        } finally {
            group.close();
        }
        assertEquals(1, closing.size(), closing::toString);
        for (RuntimeException each : List.of(closing.getFirst(), calling.getFirst())) {
            CollectiveException failure = assertInstanceOf(CollectiveException.class, each);
            assertEquals(0, failure.rank(), failure::toString);
            String message = String.valueOf(failure.getMessage());
            for (String word : List.of("rank 0 called", "count=" + COUNT, "rank 1 called", "count=" + (COUNT + 1))) {
                assertTrue(message.contains(word), message);
            }
        }
    }

    /** Rank 1 has found out, and told, before rank 0 closes. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "LENT"})
    void shouldSayWhenItClosesWhatIsThereAlready(Carrier carrier) {
        try (Group group = carrier.open(2, CONFIG)) {
            MemorySegment own = group.get(0).allocate(64);
            MemorySegment other = group.get(1).allocate(64);
            group.get(0).broadcast(own, own, 0, DataType.I32, 0).await();
            CollectiveHandle late = group.get(1).broadcast(other, other, 1, DataType.I32, 0);
            assertThrows(CollectiveException.class, late::await);
            assertEquals(
                    0,
                    assertThrows(CollectiveException.class, () -> group.get(0).close())
                            .rank());
        }
    }

    /** What all took part in says that all was well until then. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "PACKETS"})
    void shouldCloseWithoutAWordWhenAllCalledTheSameAtLast(Carrier carrier) {
        @Nullable Throwable[] ends = new @Nullable Throwable[2];
        try (Group group = carrier.open(2, CONFIG)) {
            Group.onThreads(2, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment buffer = communicator.allocate(64);
                communicator.broadcast(buffer, buffer, COUNT, DataType.I32, 0).await();
                communicator
                        .allReduce(buffer, buffer, COUNT, DataType.I32, ReduceOperation.SUM)
                        .await();
                if (rank == 1) {
                    // One more than rank 0, which has left, or is about to.
                    ends[1] = thrown(() -> communicator.barrier().await());
                }
                if (rank == 0) {
                    ends[0] = thrown(communicator::close);
                }
            });
        }
        assertNull(ends[0]);
        assertEquals(0, assertInstanceOf(CollectiveException.class, ends[1]).rank());
    }

    /** The caller knew. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "PACKETS"})
    void shouldCloseWithoutAWordWhenTheCallSaidSo(Carrier carrier) {
        @Nullable Throwable[] ends = new @Nullable Throwable[2];
        try (Group group = carrier.open(2, CONFIG)) {
            Group.onThreads(2, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment buffer = communicator.allocate(64);
                communicator.broadcast(buffer, buffer, COUNT, DataType.I32, 0).await();
                Runnable wrong = () -> communicator
                        .allReduce(buffer, buffer, COUNT + rank, DataType.I32, ReduceOperation.SUM)
                        .await();
                assertInstanceOf(CollectiveException.class, thrown(wrong));
                ends[rank] = thrown(communicator::close);
            });
        }
        assertNull(ends[0]);
        assertNull(ends[1]);
    }

    private static @Nullable RuntimeException thrown(Runnable work) {
        try {
            work.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }
}
