package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.algorithm.MscclConnections.Connection;
import io.heliograph.collectives.algorithm.MscclConnections.Message;
import io.heliograph.collectives.algorithm.MscclMemory.Held;
import io.heliograph.collectives.algorithm.MscclSource.Block;
import io.heliograph.collectives.algorithm.MscclSource.Gpu;
import io.heliograph.collectives.algorithm.MscclSource.Instruction;
import io.heliograph.collectives.algorithm.MscclSource.Operation;
import io.heliograph.collectives.algorithm.MscclSource.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a schedule of an MSCCL program, by carrying it out on names of chunks: what a rank's thread blocks do at the same time becomes one row of steps in an order that their dependencies and messages allow.
 *
 * <p>Two ranks have a channel each way here, with room for one chunk to count on; MSCCL's have one for each channel number, with room for {@link MscclConnections#MOST_UNDER_WAY}. Where all would wait, a rank
 * takes what has come into scratch first, and has it from there when its step is due. A reduction that holds all ranks' contributions is finished where it was completed.
 */
final class MscclTranslator {
    private static final int MOST_NAMED = 4;

    private final MscclSource source;
    private final Programs programs;
    private final List<MscclMemory> memories = new ArrayList<>();
    private final List<List<Progress>> blocks = new ArrayList<>();
    private final MscclConnections connections = new MscclConnections();

    /** How far a thread block is: the step, the chunk of those that it counts, and what it received and is to send on. */
    private static final class Progress {
        private final Block block;
        private int step;
        private int chunk;
        private @Nullable Held toSend;
        private boolean isBorrowed;

        Progress(Block block) {
            this.block = block;
        }
    }

    private MscclTranslator(MscclSource source) {
        this.source = source;
        programs = new Programs(source.ranks());
        for (int rank = 0; rank < source.ranks(); rank++) {
            memories.add(new MscclMemory(source, rank));
            blocks.add(
                    source.gpus().get(rank).blocks().stream().map(Progress::new).toList());
        }
    }

    /**
     * The schedule; it does what the collective promises.
     *
     * @throws MscclException if the program does not; it names the line
     */
    static Schedule translate(MscclSource source) {
        return new MscclTranslator(source).run();
    }

    private Schedule run() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int rank = 0; rank < source.ranks(); rank++) {
                for (Progress block : blocks.get(rank)) {
                    moved |= advance(rank, block);
                }
            }
            moved = moved || stashOne();
        }
        checkAllEnded();
        Schedule promised = schedule(0);
        Promise promise = new Promise(promised);
        for (int rank = 0; rank < source.ranks(); rank++) {
            for (int chunk = 0; chunk < source.outputChunks(); chunk++) {
                complete(rank, chunk, Objects.requireNonNull(promise.promised(rank, chunk)));
            }
        }
        return schedule(
                memories.stream().mapToInt(MscclMemory::scratchChunks).max().orElse(0));
    }

    private Schedule schedule(int scratchChunks) {
        return programs.schedule(
                source.collective(), Algorithm.MSCCL, 0, source.inputChunks(), source.outputChunks(), scratchChunks);
    }

    /** Does what is next in a block, if it can be done. */
    private boolean advance(int rank, Progress at) {
        if (at.step == at.block.steps().size()) {
            return false;
        }
        Instruction step = at.block.steps().get(at.step);
        Held sending = at.toSend;
        if (sending != null) {
            return send(rank, at, step, sending);
        }
        if (at.chunk == 0 && step.dependsOnBlock() >= 0) {
            Progress other = blocks.get(rank).get(step.dependsOnBlock());
            if (other.step <= step.dependsOnStep()) {
                return false;
            }
        }
        Operation operation = step.operation();
        if (operation == Operation.SEND) {
            return send(rank, at, step, read(rank, step, step.source().plus(at.chunk)));
        }
        if (!operation.receives) {
            local(rank, at, step);
            next(at, step);
            return true;
        }
        Message message = take(rank, at, step);
        if (message == null) {
            return false;
        }
        Held result = receive(rank, at, step, message);
        if (operation.sends) {
            at.toSend = result;
            at.isBorrowed = !operation.writes;
        } else {
            next(at, step);
        }
        return true;
    }

    private static void next(Progress at, Instruction step) {
        at.toSend = null;
        if (++at.chunk == step.count()) {
            at.chunk = 0;
            at.step++;
        }
    }

    private boolean send(int rank, Progress at, Instruction step, Held held) {
        int to = at.block.sendTo();
        Connection connection = new Connection(rank, to, at.block.channel());
        if (!connections.canSend(connection)) {
            return false;
        }
        programs.add(rank, Step.send(to, held.place()));
        connections.send(new Message(connection, held.contents(), step, at.chunk, null));
        if (at.toSend != null && at.isBorrowed) {
            memories.get(rank).giveBack(held.place());
        }
        next(at, step);
        return true;
    }

    private @Nullable Message take(int rank, Progress at, Instruction step) {
        Connection connection = new Connection(at.block.receiveFrom(), rank, at.block.channel());
        Message message = connections.take(connection);
        if (message == null) {
            return null;
        }
        if (message.sent().count() != step.count() || message.chunk() != at.chunk) {
            throw wrong(
                    step.line(),
                    "cnt=" + step.count() + " receives what line "
                            + message.sent().line() + " of gpu " + connection.from() + " sends with cnt="
                            + message.sent().count());
        }
        return message;
    }

    private Held receive(int rank, Progress at, Instruction step, Message message) {
        MscclMemory memory = memories.get(rank);
        Reference target = step.target().plus(at.chunk);
        Place stash = message.stash();
        int from = message.connection().from();
        Held result;
        if (step.operation().reduces) {
            Held own = read(rank, step, step.source().plus(at.chunk));
            Contents sum = combined(step, own.contents(), message.contents());
            Place place = step.operation().writes ? memory.write(target, sum) : memory.borrow(sum);
            programs.add(
                    rank,
                    stash == null
                            ? Step.reduceRight(from, own.place(), place)
                            : Step.reduce(own.place(), stash, place));
            result = finished(rank, place, sum);
            if (step.operation().writes) {
                memory.write(target, result.contents());
            }
        } else {
            Place place = memory.write(target, message.contents());
            programs.add(rank, stash == null ? Step.receive(from, place) : Step.copy(stash, place));
            result = new Held(place, message.contents());
        }
        if (stash != null) {
            memory.giveBack(stash);
        }
        return result;
    }

    private void local(int rank, Progress at, Instruction step) {
        if (step.operation() == Operation.NOTHING) {
            return;
        }
        MscclMemory memory = memories.get(rank);
        Reference target = step.target().plus(at.chunk);
        Held from = read(rank, step, step.source().plus(at.chunk));
        if (step.operation() == Operation.COPY) {
            programs.add(rank, Step.copy(from.place(), memory.write(target, from.contents())));
            return;
        }
        Held own = read(rank, step, target);
        Contents sum = combined(step, own.contents(), from.contents());
        Place place = memory.write(target, sum);
        programs.add(rank, Step.reduce(own.place(), from.place(), place));
        memory.write(target, finished(rank, place, sum).contents());
    }

    private Held read(int rank, Instruction step, Reference reference) {
        Held held = memories.get(rank).read(reference);
        if (held == null) {
            throw wrong(step.line(), "gpu " + rank + " has nothing in " + reference + " yet");
        }
        return held;
    }

    private Contents combined(Instruction step, Contents left, Contents right) {
        if (!source.collective().reduces() || !left.canBeCombinedWith(right)) {
            throw wrong(step.line(), source.collective().label() + " cannot combine these: " + left + " and " + right);
        }
        return left.with(right);
    }

    private Held finished(int rank, Place place, Contents sum) {
        if (sum.ranks().cardinality() < source.ranks()) {
            return new Held(place, sum);
        }
        programs.add(rank, Step.finish(place));
        return new Held(place, Contents.ofAll(sum.chunk(), source.ranks()));
    }

    /** Takes one chunk that nobody is ready for out of a channel, so that the next can come. */
    private boolean stashOne() {
        Message message = connections.oldest();
        if (message == null) {
            return false;
        }
        int rank = message.connection().to();
        Place place = memories.get(rank).borrow(message.contents());
        programs.add(rank, Step.receive(message.connection().from(), place));
        connections.putAside(message, place);
        return true;
    }

    private void checkAllEnded() {
        List<String> stuck = new ArrayList<>();
        int first = 0;
        for (int rank = 0; rank < source.ranks(); rank++) {
            for (Progress at : blocks.get(rank)) {
                if (at.step < at.block.steps().size()) {
                    Instruction step = at.block.steps().get(at.step);
                    first = first == 0 ? step.line() : first;
                    stuck.add("gpu " + rank + " tb " + at.block.id() + " step " + at.step + " (line " + step.line()
                            + ") waits " + reason(rank, at, step));
                }
            }
        }
        if (!stuck.isEmpty()) {
            int more = stuck.size() - MOST_NAMED;
            String named = String.join("; ", stuck.subList(0, Math.min(MOST_NAMED, stuck.size())));
            throw wrong(first, "deadlock: " + named + (more > 0 ? "; and " + more + " more" : ""));
        }
        Message left = connections.leftOver();
        if (left != null) {
            Connection connection = left.connection();
            throw wrong(
                    left.sent().line(),
                    "gpu " + connection.from() + " sends to gpu " + connection.to() + " on channel "
                            + connection.channel() + " what is never received");
        }
    }

    private String reason(int rank, Progress at, Instruction step) {
        if (at.toSend == null && at.chunk == 0 && step.dependsOnBlock() >= 0) {
            Progress other = blocks.get(rank).get(step.dependsOnBlock());
            if (other.step <= step.dependsOnStep()) {
                return "for step " + step.dependsOnStep() + " of tb " + step.dependsOnBlock();
            }
        }
        return at.toSend == null && step.operation().receives
                ? "for gpu " + at.block.receiveFrom() + " to send on channel " + at.block.channel()
                : "for gpu " + at.block.sendTo() + " to receive on channel " + at.block.channel();
    }

    /** Brings an output chunk to its place; it must be what the collective promises. */
    private void complete(int rank, int chunk, Contents promised) {
        Held held = memories.get(rank).output(chunk);
        if (held != null
                && source.ranks() == 1
                && source.collective().reduces()
                && !held.contents().finished()) {
            // There was nothing to combine.
            programs.add(rank, Step.copy(held.place(), Place.output(chunk)));
            held = finished(rank, Place.output(chunk), held.contents());
        }
        if (held == null || !held.contents().equals(promised)) {
            Gpu gpu = source.gpus().get(rank);
            throw wrong(
                    gpu.line(),
                    "output chunk " + chunk + " of gpu " + rank + " ends with "
                            + (held == null ? "nothing" : held.contents()) + " instead of " + promised);
        }
        if (!held.place().equals(Place.output(chunk))) {
            programs.add(rank, Step.copy(held.place(), Place.output(chunk)));
        }
    }

    private MscclException wrong(int line, String message) {
        return new MscclException(source.file(), line, message);
    }
}
