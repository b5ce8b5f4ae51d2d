package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Lending;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.collectives.algorithm.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One rank's program, in arrays. To each step that writes it knows the steps that send from there, for what was sent must not change before it is acknowledged or, if it was lent, read.
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
    /** Whether it is a send that may lend. */
    final boolean[] lends;
    /** Whether two ranks add up one half each, which its first steps begin with, and may write it to both outputs. */
    final boolean isByHalves;
    /** Whether its end says that all ranks called the same: what this rank got has something of each. */
    final boolean settles;
    /** Whether others get something from this rank, of which its end does not say that they called the same. */
    final boolean isOneWay;

    private Program(
            Collective collective,
            Algorithm algorithm,
            int inputChunks,
            int outputChunks,
            int chunksOfPart,
            List<Step> program,
            int[][] sendsFromTarget,
            boolean[] lends) {
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
        this.sendsFromTarget = sendsFromTarget;
        this.lends = lends;
        isByHalves = collective == Collective.ALL_REDUCE && algorithm == Algorithm.RING && chunksOfPart == 2;
        boolean sends = program.stream().anyMatch(step -> step.kind() == Kind.SEND);
        settles = switch (collective) {
            case ALL_REDUCE, REDUCE_SCATTER, ALL_GATHER, ALL_TO_ALL, ALL_TO_ALL_V, BARRIER -> true;
            case REDUCE, GATHER -> !sends; // at the root
            case BROADCAST, SCATTER, SEND_RECEIVE -> false;
        };
        isOneWay = sends && !settles;
        for (int i = 0; i < steps; i++) {
            Step step = program.get(i);
            kinds[i] = step.kind();
            peers[i] = step.peer();
            lefts[i] = step.left();
            rights[i] = step.right();
            targets[i] = step.to();
        }
    }

    /**
     * The program of a rank in a schedule.
     *
     * @param readers which ranks can read this one's memory
     */
    static Program of(Schedule schedule, int rank, boolean inPlace, IntPredicate readers) {
        List<Step> program = schedule.programs().get(rank);
        return new Program(
                schedule.collective(),
                schedule.algorithm(),
                schedule.inputChunks(),
                schedule.outputChunks(),
                schedule.chunksOfPart(),
                program,
                Lending.sendsFromTargets(schedule, rank, inPlace),
                lends(schedule, rank, inPlace, readers));
    }

    /** Whoever cannot read has the chunk written to it: there is less to wait for than {@link Lending} reckons with. */
    private static boolean[] lends(Schedule schedule, int rank, boolean inPlace, IntPredicate readers) {
        List<Step> program = schedule.programs().get(rank);
        if (program.stream().noneMatch(step -> isReadThere(step, readers))) {
            return new boolean[program.size()];
        }
        boolean[] lends = Lending.of(schedule, rank, inPlace);
        for (int i = 0; i < lends.length; i++) {
            lends[i] &= isReadThere(program.get(i), readers);
        }
        return lends;
    }

    private static boolean isReadThere(Step step, IntPredicate readers) {
        return step.kind() == Kind.SEND && readers.test(step.peer());
    }

    /** Sends the input to one rank, receives the output from another; either may be {@link Step#NO_PEER}, and both this rank itself. */
    static Program sendReceive(int rank, int destination, int source, IntPredicate readers) {
        List<Step> program = new ArrayList<>();
        if (destination == rank) {
            program.add(Step.copy(Place.input(0), Place.output(0)));
        } else if (destination != Step.NO_PEER) {
            program.add(Step.send(destination, Place.input(0)));
        }
        if (source != rank && source != Step.NO_PEER) {
            program.add(Step.receive(source, Place.output(0)));
        }
        int[][] noSends = new int[program.size()][0];
        boolean[] lends = new boolean[program.size()];
        for (int i = 0; i < lends.length; i++) {
            lends[i] = isReadThere(program.get(i), readers);
        }
        return new Program(Collective.SEND_RECEIVE, Algorithm.DIRECT, 1, 1, 1, program, noSends, lends);
    }
}
