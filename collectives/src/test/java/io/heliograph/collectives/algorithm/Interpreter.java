package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.reduce.Scalars;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayDeque;
import java.util.Deque;

/** Carries a schedule out on arrays, ranks in an order by chance, each channel with room for one chunk: what the executor's results are compared with. Elements are their bits. */
public final class Interpreter {
    private final Schedule schedule;
    private final DataType type;
    private final ReduceOperation operation;
    private final long[][] inputs;
    private final long[][] outputs;
    private final long[][][] scratch;
    private final Deque<long[]>[][] channels;
    private final int[] next;

    /**
     * A run.
     *
     * @param inputs by rank; a rank without an input has an empty one
     * @param outputs by rank; written
     */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    public Interpreter(Schedule schedule, DataType type, ReduceOperation operation, long[][] inputs, long[][] outputs) {
        this.schedule = schedule;
        this.type = type;
        this.operation = operation;
        this.inputs = inputs;
        this.outputs = outputs;
        int ranks = schedule.ranks();
        scratch = new long[ranks][schedule.scratchChunks()][];
        channels = new Deque[ranks][ranks];
        for (Deque<long[]>[] row : channels) {
            for (int i = 0; i < ranks; i++) {
                row[i] = new ArrayDeque<>();
            }
        }
        next = new int[ranks];
    }

    /** Runs it to its end. */
    public void run(SeededRandom random) {
        int ranks = schedule.ranks();
        int stuck = 0;
        while (stuck < 1000 * ranks) {
            int rank = random.nextInt(ranks);
            stuck = advance(rank) ? 0 : stuck + 1;
        }
        for (int rank = 0; rank < ranks; rank++) {
            if (next[rank] < schedule.programs().get(rank).size()) {
                throw new AssertionError("stuck: rank=" + rank + " step=" + next[rank] + " of " + schedule);
            }
        }
    }

    private boolean advance(int rank) {
        if (next[rank] == schedule.programs().get(rank).size()) {
            return false;
        }
        Step step = schedule.programs().get(rank).get(next[rank]);
        long[] received = {};
        if (step.kind() == Step.Kind.SEND) {
            Deque<long[]> channel = channels[rank][step.peer()];
            if (!channel.isEmpty()) {
                return false;
            }
            channel.add(read(rank, step.left(), received));
        } else if (step.receives()) {
            long[] chunk = channels[step.peer()][rank].poll();
            if (chunk == null) {
                return false;
            }
            received = chunk;
        }
        next[rank]++;
        switch (step.kind()) {
            case SEND -> {}
            case RECEIVE -> write(rank, step.to(), received);
            case COPY -> write(rank, step.to(), read(rank, step.left(), received));
            case REDUCE -> {
                long[] left = read(rank, step.left(), received);
                long[] right = read(rank, step.right(), received);
                for (int i = 0; i < left.length; i++) {
                    left[i] = Scalars.reduce(type, operation, left[i], right[i]);
                }
                write(rank, step.to(), left);
            }
            case FINISH -> {
                long[] sum = read(rank, step.left(), received);
                for (int i = 0; i < sum.length && operation == ReduceOperation.AVERAGE; i++) {
                    sum[i] = Scalars.divide(type, sum[i], schedule.ranks());
                }
                write(rank, step.to(), sum);
            }
        }
        return true;
    }

    private long[] read(int rank, Place place, long[] received) {
        if (place.buffer() == Buffer.RECEIVED) {
            return received.clone();
        }
        if (place.buffer() == Buffer.SCRATCH) {
            return scratch[rank][place.chunk()].clone();
        }
        long[] buffer = place.buffer() == Buffer.INPUT ? inputs[rank] : outputs[rank];
        int first = boundary(place, buffer.length, 0);
        long[] chunk = new long[boundary(place, buffer.length, 1) - first];
        System.arraycopy(buffer, first, chunk, 0, chunk.length);
        return chunk;
    }

    private void write(int rank, Place place, long[] chunk) {
        if (place.buffer() == Buffer.SCRATCH) {
            scratch[rank][place.chunk()] = chunk;
            return;
        }
        int first = boundary(place, outputs[rank].length, 0);
        if (boundary(place, outputs[rank].length, 1) - first != chunk.length) {
            throw new AssertionError("rank=" + rank + " " + place + " has another length than " + chunk.length);
        }
        System.arraycopy(chunk, 0, outputs[rank], first, chunk.length);
    }

    private int boundary(Place place, int elements, int ahead) {
        int chunks = place.buffer() == Buffer.INPUT ? schedule.inputChunks() : schedule.outputChunks();
        int ofPart = schedule.chunksOfPart();
        int parts = chunks / ofPart;
        int part = elements / parts;
        return place.chunk() / ofPart * part + (place.chunk() % ofPart + ahead) * part / ofPart;
    }
}
