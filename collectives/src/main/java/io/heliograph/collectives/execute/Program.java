package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.collectives.algorithm.Step.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * One rank's program, in arrays. To each step that writes it knows the steps that send from there, for what was sent must not change before it is acknowledged.
 */
final class Program {
    final Collective collective;
    final Algorithm algorithm;
    final int inputChunks;
    final int outputChunks;
    final int chunksOfPart;
    final int steps;

    // By step.
    final Kind[] kinds;
    final int[] peers;
    final Place[] lefts;
    final Place[] rights;
    final Place[] targets;
    final int[][] sendsFromTarget;

    private Program(
            Collective collective,
            Algorithm algorithm,
            int inputChunks,
            int outputChunks,
            int chunksOfPart,
            List<Step> program,
            boolean inPlace) {
        this.collective = collective;
        this.algorithm = algorithm;
        this.inputChunks = inputChunks;
        this.outputChunks = outputChunks;
        this.chunksOfPart = chunksOfPart;
        steps = program.size();
        kinds = new Kind[steps];
        peers = new int[steps];
        lefts = new Place[steps];
        rights = new Place[steps];
        targets = new Place[steps];
        sendsFromTarget = new int[steps][];
        for (int i = 0; i < steps; i++) {
            Step step = program.get(i);
            kinds[i] = step.kind();
            peers[i] = step.peer();
            lefts[i] = step.left();
            rights[i] = step.right();
            targets[i] = step.to();
            sendsFromTarget[i] = step.writes() ? sendsFrom(program, step.to(), inPlace) : new int[0];
        }
    }

    /** The program of a rank in a schedule. */
    static Program of(Schedule schedule, int rank, boolean inPlace) {
        return new Program(
                schedule.collective(),
                schedule.algorithm(),
                schedule.inputChunks(),
                schedule.outputChunks(),
                schedule.chunksOfPart(),
                schedule.programs().get(rank),
                inPlace);
    }

    /** Sends the input to one rank, receives the output from another; either may be {@link Step#NO_PEER}, and both this rank itself. */
    static Program sendReceive(int rank, int destination, int source) {
        List<Step> program = new ArrayList<>();
        if (destination == rank) {
            program.add(Step.copy(Place.input(0), Place.output(0)));
        } else if (destination != Step.NO_PEER) {
            program.add(Step.send(destination, Place.input(0)));
        }
        if (source != rank && source != Step.NO_PEER) {
            program.add(Step.receive(source, Place.output(0)));
        }
        return new Program(Collective.SEND_RECEIVE, Algorithm.DIRECT, 1, 1, 1, program, false);
    }

    /** In place, any chunk of the input may be the target: which one does not matter, waiting for more is not wrong. */
    private static int[] sendsFrom(List<Step> program, Place target, boolean inPlace) {
        List<Integer> sends = new ArrayList<>();
        for (int i = 0; i < program.size(); i++) {
            Step step = program.get(i);
            if (step.kind() == Kind.SEND && mayShareMemory(step.left(), target, inPlace)) {
                sends.add(i);
            }
        }
        return sends.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean mayShareMemory(Place sent, Place target, boolean inPlace) {
        boolean maySwap = inPlace && target.buffer() == Buffer.OUTPUT && sent.buffer() == Buffer.INPUT;
        return sent.equals(target) || maySwap;
    }
}
