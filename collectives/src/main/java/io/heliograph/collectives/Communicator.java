package io.heliograph.collectives;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A group of ranks that move and reduce buffers together.
 *
 * <p>All ranks call the same collectives in the same order with the same counts, types, operations and roots; one that does otherwise is noticed, and every rank's call ends with a
 * {@link CollectiveException} that names it, where it is known ({@link CollectiveException#UNKNOWN_RANK} where ranks wait for each other). {@code communicator.allReduce(...).await()} blocks; without {@code await} the call returns at once and the
 * {@link CollectiveHandle} is polled. Collectives of one communicator are carried out one after the other, in the order of the calls, but for those of a {@linkplain #groupStart
 * group}; no buffer may be touched before its collective ended.
 *
 * <p>Buffers are memory that {@link #allocate} returned or that was {@link #register}ed: off-heap, for the transport reads it by address while the garbage collector may move
 * what is on the heap. What {@link #allocate} returned is faster between ranks of one host, which read it there: a call is over only when the others have read from its buffers, a send therefore
 * when it was received, and after a failure others may read what is in them then, of which nobody gets a result. Where input and output share memory it must be <em>in place</em>, which each method defines; any other overlap is refused. Counts are of
 * elements.
 *
 * <p>One thread at a time. The collectives allocate nothing in steady state: once each kind was called, with the same algorithm and root, for the first time.
 */
public interface Communicator extends AutoCloseable {
    /** {@link #split}: this rank is in none of the new communicators. */
    int NO_COLOR = -1;

    /** This process's number, from 0. */
    int rank();

    /** How many ranks there are. */
    int size();

    /**
     * Zeroed memory to be used as buffers, registered; it lives as long as the communicator.
     *
     * @throws IllegalArgumentException if the size is not positive
     */
    MemorySegment allocate(long byteSize);

    /**
     * Makes native memory of the caller's usable as buffers; it must live until {@link #deregister}.
     *
     * @throws IllegalArgumentException if it is on the heap, empty, or overlaps what is registered
     */
    void register(MemorySegment memory);

    /**
     * Ends what {@link #register} began, of the very same range.
     *
     * @throws IllegalArgumentException if that was not registered
     * @throws IllegalStateException if collectives are under way
     */
    void deregister(MemorySegment memory);

    /**
     * Every rank's {@code output} gets the reduction of all {@code input}s.
     *
     * @param input {@code count} elements
     * @param output {@code count} elements; in place: the same as {@code input}
     * @param count the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param operation the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle allReduce(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation);

    /**
     * Rank r gets part r of the reduction of all inputs.
     *
     * @param input {@code size() * count} elements
     * @param output {@code count} elements; in place: part {@code rank()} of {@code input}
     * @param count of a part, the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param operation the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle reduceScatter(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation);

    /**
     * Every rank gets all inputs in the order of ranks.
     *
     * @param input {@code count} elements; in place: part {@code rank()} of {@code output}
     * @param output {@code size() * count} elements
     * @param count of a part, the same at all ranks
     * @param type of the elements, the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle allGather(MemorySegment input, MemorySegment output, long count, DataType type);

    /**
     * Part p of rank r's {@code input} becomes part r of rank p's {@code output}. Not in place.
     *
     * @param input {@code size() * count} elements
     * @param output {@code size() * count} elements
     * @param count of a part, the same at all ranks
     * @param type of the elements, the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle allToAll(MemorySegment input, MemorySegment output, long count, DataType type);

    /**
     * As {@link #allToAll} with parts of their own lengths and places. Not in place.
     *
     * @param input as long as the farthest end of its parts, which may overlap
     * @param inputCounts elements for each rank; like the others an array of {@link #size}, looked at until the collective ends
     * @param inputOffsets where they begin, in elements
     * @param output as long as the farthest end of its parts
     * @param outputCounts elements from each rank, as many as that gives for this one
     * @param outputOffsets where they go, in elements; no two may overlap
     * @param type of the elements, the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle allToAllv(
            MemorySegment input,
            long[] inputCounts,
            long[] inputOffsets,
            MemorySegment output,
            long[] outputCounts,
            long[] outputOffsets,
            DataType type);

    /**
     * Every rank's {@code output} gets the root's {@code input}.
     *
     * @param input {@code count} elements at the root; others' is not looked at
     * @param output {@code count} elements; in place: the same as {@code input}
     * @param count the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param root the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle broadcast(MemorySegment input, MemorySegment output, long count, DataType type, int root);

    /**
     * The root's {@code output} gets the reduction of all inputs.
     *
     * @param input {@code count} elements
     * @param output {@code count} elements at the root, in place: the same as {@code input}; others' is not looked at
     * @param count the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param operation the same at all ranks
     * @param root the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle reduce(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation, int root);

    /**
     * The root gets all inputs in the order of ranks.
     *
     * @param input {@code count} elements; in place, at the root: part {@code rank()} of {@code output}
     * @param output {@code size() * count} elements at the root; others' is not looked at
     * @param count of a part, the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param root the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle gather(MemorySegment input, MemorySegment output, long count, DataType type, int root);

    /**
     * Rank r gets part r of the root's input.
     *
     * @param input {@code size() * count} elements at the root; others' is not looked at
     * @param output {@code count} elements; in place, at the root: part {@code rank()} of {@code input}
     * @param count of a part, the same at all ranks
     * @param type of the elements, the same at all ranks
     * @param root the same at all ranks
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle scatter(MemorySegment input, MemorySegment output, long count, DataType type, int root);

    /**
     * Ends when all ranks have called it.
     *
     * @throws CollectiveException if the communicator failed; it names the rank
     */
    CollectiveHandle barrier();

    /**
     * Sends to one rank, which calls {@link #receive} or {@link #sendReceive} with the same count and type. It may end only after that rank did.
     *
     * @param input {@code count} elements
     * @param count perhaps 0
     * @param type of the elements
     * @param destination a rank; this one only in a group
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle send(MemorySegment input, long count, DataType type, int destination);

    /**
     * Receives from one rank, which calls {@link #send} or {@link #sendReceive} with the same count and type.
     *
     * @param output {@code count} elements
     * @param count perhaps 0
     * @param type of the elements
     * @param source a rank; this one only in a group
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle receive(MemorySegment output, long count, DataType type, int source);

    /**
     * Both at once, so that ranks can exchange without waiting for each other.
     *
     * @param input {@code inputCount} elements
     * @param destination the rank that gets them
     * @param output {@code outputCount} elements
     * @param source the rank that gives them
     * @param type of both
     * @throws CollectiveException if the communicator failed, or the arguments are wrong, which fails it at all ranks; it names the rank
     */
    CollectiveHandle sendReceive(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type);

    /**
     * Begins a group: the calls until {@link #groupEnd} are collected and then carried out together, so that no rank waits for another because of the order of its calls. Every rank may, for
     * example, send to every other before it receives. Groups may be nested; the calls begin at the end of the outermost. As {@code ncclGroupStart} of NCCL.
     *
     * <p>What counts in a group is the order of sends from one rank to another, and of the receives there, and the order of collectives; sends and receives, all at once, come before the
     * collectives. A rank may send to itself if it receives as much from itself in the same group. Of a call's buffers none may be the output of another. Handles of the single calls can be
     * awaited after the end of the group.
     *
     * @throws CollectiveException if the communicator failed; it names the rank
     */
    void groupStart();

    /**
     * Ends a group, and begins its calls if it is the outermost.
     *
     * @return over when all calls of the outermost group are
     * @throws CollectiveException if the communicator failed; it names the rank
     * @throws IllegalStateException if there is no group
     */
    CollectiveHandle groupEnd();

    /**
     * Makes new communicators of the ranks of this one: those that give the same color are in one. All ranks call it, in the same order among their collectives; it returns when the new one can be used. As
     * {@code MPI_Comm_split}.
     *
     * <p>A new communicator is one like this: with calls of its own, which may be under way at the same time as those of others, and to be closed by itself. Its ranks call the collectives of each
     * communicator in one order, but may mix those of several as they like, for whichever is awaited, all go on. Buffers serve in all, until the communicator that allocated or registered
     * them is closed. A failure is one of those communicators that have the rank.
     *
     * @param color 0 or more, or {@link #NO_COLOR}
     * @param key ranks are numbered in the order of their keys, then of their ranks here
     * @return empty for {@link #NO_COLOR}
     * @throws CollectiveException if the communicator failed; it names the rank. A color that is none fails it.
     * @throws IllegalStateException within a group
     */
    Optional<Communicator> split(int color, int key);

    /**
     * Makes a communicator of the ranks that are left, after this one failed: all that call this within the timeout, in the order of their ranks. As {@code MPIX_Comm_shrink} (User Level Failure
     * Mitigation). This one stays failed, and fails if it had not; it is to be closed like any other. What was allocated and registered with it belongs to the new one.
     *
     * <p>A rank whose process has died is left out at once, as is one that closed this communicator; one that hangs, or does not call this, when the timeout has passed; it hears of that if it comes later. One that is lost
     * meanwhile is left out as well or, if all had agreed already, named by the first call of the new communicator. It takes no more than five timeouts. Ranks that cannot reach each
     * other for the timeout take each other for lost: look at {@link #size} if two groups must not go on by themselves.
     *
     * @throws CollectiveException if the others took this rank for lost, or there was no agreement in time; it names a rank
     * @throws IllegalStateException if this was called before, or after {@link #close}
     */
    Communicator rebuild();

    /**
     * Leaves: later calls of other ranks end with an error that names this one. Waits a moment, at most, for the others to leave as well. What {@link #allocate} returned is gone; after a failure
     * only with what carried the communicator.
     *
     * <p>A rank that sends and gets nothing back, as the root of a {@link #broadcast} or any other rank of a {@link #reduce}, may have ended its call before another found that it called something else. Where such calls
     * were its last ones, and it hears of a failure only now, or heard of it since, this method says so, once; everything is closed even so. It waits for half a second at most: who wants to be sure calls {@link #barrier} before.
     *
     * @throws CollectiveException if the communicator failed, and no call has said so that came after what the others may not have called alike; it names the rank
     */
    @Override
    void close();
}
