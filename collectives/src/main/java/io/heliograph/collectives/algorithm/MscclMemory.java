package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.MscclSource.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one rank of an MSCCL program has its chunks in a schedule's buffers. A chunk of the input lies there until the program writes to it: then in the output, if that is the same memory to a program
 * that is in place, else in scratch. So no input is ever written, and a program that is in place can be called out of place as well.
 */
final class MscclMemory {
    private final MscclSource source;
    private final int rank;
    private final int part;
    private final Map<Reference, Held> chunks = new HashMap<>();
    private final Map<Home, Place> homes = new HashMap<>();
    /** Scratch that was given back, by length: chunk modulo {@link #part}. */
    private final Map<Integer, Deque<Place>> free = new HashMap<>();

    private final int[] used;

    /** A chunk: where, and what. */
    record Held(Place place, Contents contents) {}

    private record Home(Reference chunk, int length) {}

    MscclMemory(MscclSource source, int rank) {
        this.source = source;
        this.rank = rank;
        part = source.chunksOfPart();
        used = new int[part];
        for (int chunk = 0; chunk < source.inputChunks(); chunk++) {
            chunks.put(one(new Reference('i', chunk)), new Held(Place.input(chunk), Contents.of(chunk, rank)));
        }
    }

    /** What a chunk holds; null if it was not written. */
    @Nullable
    Held read(Reference reference) {
        return chunks.get(one(reference));
    }

    /** Writes a chunk, at the place that this gives. */
    Place write(Reference reference, Contents contents) {
        Reference chunk = one(reference);
        int length = contents.chunk() % part;
        int output = outputOf(chunk);
        Place place = output >= 0 && output % part == length
                ? Place.output(output)
                : homes.computeIfAbsent(new Home(chunk, length), _ -> scratch(length));
        chunks.put(chunk, new Held(place, contents));
        return place;
    }

    /** What an output chunk holds at last. */
    @Nullable
    Held output(int chunk) {
        return chunks.get(one(new Reference('o', chunk)));
    }

    /** Scratch for what is under way, as long as these contents. */
    Place borrow(Contents contents) {
        int length = contents.chunk() % part;
        Deque<Place> returned = free.get(length);
        return returned == null || returned.isEmpty() ? scratch(length) : returned.pop();
    }

    void giveBack(Place place) {
        free.computeIfAbsent(place.chunk() % part, _ -> new ArrayDeque<>()).push(place);
    }

    private Place scratch(int length) {
        return Place.scratch(used[length]++ * part + length);
    }

    int scratchChunks() {
        int most = 0;
        for (int count : used) {
            most = Math.max(most, count);
        }
        return most * part;
    }

    /** One name for what is one memory in place. */
    private Reference one(Reference reference) {
        if (!source.isInPlace() || reference.buffer() == 's') {
            return reference;
        }
        return switch (source.collective()) {
            case ALL_GATHER ->
                reference.buffer() == 'i' ? new Reference('o', rank * part + reference.index()) : reference;
            case REDUCE_SCATTER ->
                reference.buffer() == 'o' ? new Reference('i', rank * part + reference.index()) : reference;
            default -> new Reference('i', reference.index());
        };
    }

    /** The output chunk that it is; negative if it is none. */
    private int outputOf(Reference one) {
        if (one.buffer() == 'o') {
            return one.index();
        }
        if (one.buffer() == 's' || !source.isInPlace()) {
            return -1;
        }
        if (source.collective() == Collective.REDUCE_SCATTER) {
            return one.index() / part == rank ? one.index() % part : -1;
        }
        return one.index();
    }
}
