package io.heliograph.collectives.execute;

import io.heliograph.transport.IpAddress;
import java.util.List;

/**
 * What a rank knows when it opens its ports: everybody's address, and its own place.
 *
 * @param rank its number
 * @param localRank its number among the ranks of its host, from 0
 * @param job a number that all ranks of this job have, and those of no other
 * @param addresses transport addresses by rank
 */
record JobPlace(int rank, int localRank, long job, List<IpAddress> addresses) {
    int size() {
        return addresses.size();
    }
}
