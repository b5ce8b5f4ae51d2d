package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a rank's forward and backward passes in their order, each with the computation that belongs to it: a pass's time is spread evenly over its messages. It is in front of a message; behind it if that is received from another stage, as nothing can be computed before.
 *
 * @param messages of all micro-batches
 * @param sharesNs of each
 * @param restNs computation behind the last message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TimedMessages(List<Message> messages, long[] sharesNs, long restNs) {

    /**
     * The passes of an iteration.
     *
     * @param stage from 0 on
     */
    public static TimedMessages ofPasses(Job job, int stage) {
        List<Message> messages = new ArrayList<>();
        List<Integer> begins = new ArrayList<>();
        List<Boolean> backward = new ArrayList<>();
        new Iteration(job)
                .forEachOfPasses(
                        stage,
                        isBackward -> {
                            begins.add(messages.size());
                            backward.add(isBackward);
                        },
                        messages::add);
        begins.add(messages.size());
        long[] sharesNs = new long[messages.size()];
        long restNs = 0;
        for (int pass = 0; pass < backward.size(); pass++) {
            long passNs = backward.get(pass)
                    ? job.compute().backwardNs()
                    : job.compute().forwardNs();
            restNs = spread(messages, begins.get(pass), begins.get(pass + 1), passNs, restNs, sharesNs);
        }
        return new TimedMessages(List.copyOf(messages), sharesNs, restNs);
    }

    /** Spreads a pass over its messages, what earlier ones without messages left over in front of the first; returns what is left over now. */
    private static long spread(List<Message> messages, int begin, int end, long wholeNs, long beforeNs, long[] to) {
        int count = 0;
        for (int i = begin; i < end; i++) {
            count += takesComputation(messages.get(i)) ? 1 : 0;
        }
        if (count == 0) {
            return beforeNs + wholeNs;
        }
        long doneNs = 0;
        int number = 0;
        for (int i = begin; i < end; i++) {
            if (takesComputation(messages.get(i))) {
                long untilNs = (long) ((double) wholeNs * ++number / count);
                to[i] = untilNs - doneNs + (number == 1 ? beforeNs : 0);
                doneNs = untilNs;
            }
        }
        return 0;
    }

    /** A ring of context-parallel ranks sends and receives at once: one of the two counts. */
    private static boolean takesComputation(Message message) {
        return message.operation() != Operation.RECEIVE || isBetweenStages(message);
    }

    private static boolean isBetweenStages(Message message) {
        return message.group().name().equals("pp");
    }
}
