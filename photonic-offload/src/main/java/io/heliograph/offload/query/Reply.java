package io.heliograph.offload.query;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer, for tools and tests.
 *
 * @param code of {@link ReplyCode}
 * @param model that was asked
 * @param flags of the query
 * @param queryId of the query
 * @param classOf the class, or {@link ReplyLayout#NO_CLASS}
 * @param inputs that the model takes, 0 if there is none
 * @param overallCycles emulated time from start to answer
 * @param computeCycles those in which a stage had input and no output yet
 * @param clockHz of the device, 0 where there are no cycles
 * @param energyPicojoules of a query, 0 where the server does not know
 * @param sums of the last layer; none unless it is a result
 */
public record Reply(
        int code,
        int model,
        int flags,
        long queryId,
        int classOf,
        int inputs,
        long overallCycles,
        long computeCycles,
        long clockHz,
        long energyPicojoules,
        List<Integer> sums) {

    /**
     * Reads one.
     *
     * @param lengthBytes from its first byte on, all readable
     * @throws IllegalArgumentException if there is none, whole
     */
    public static Reply read(long reply, int lengthBytes) {
        if (!ReplyLayout.isReply(reply, lengthBytes)) {
            throw new IllegalArgumentException("not an answer: lengthBytes=" + lengthBytes);
        }
        List<Integer> sums = new ArrayList<>();
        for (int output = 0; output < ReplyLayout.sums(reply); output++) {
            sums.add(ReplyLayout.sum(reply, output));
        }
        return new Reply(
                ReplyLayout.code(reply),
                QueryLayout.model(reply),
                QueryLayout.flags(reply),
                QueryLayout.queryId(reply),
                ReplyLayout.classOf(reply),
                ReplyLayout.inputs(reply),
                ReplyLayout.overallCycles(reply),
                ReplyLayout.computeCycles(reply),
                ReplyLayout.clockHz(reply),
                ReplyLayout.energyPicojoules(reply),
                sums);
    }
}
