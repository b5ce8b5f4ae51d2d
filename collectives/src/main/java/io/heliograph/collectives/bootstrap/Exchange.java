package io.heliograph.collectives.bootstrap;

import java.util.List;

/** A way for ranks to tell each other something before there is a transport between them. */
@FunctionalInterface
public interface Exchange {
    /**
     * Gives what each rank gave, in the order of ranks; returns when all have. Every rank calls it as often as the others.
     *
     * @throws io.heliograph.collectives.CollectiveException if one does not come in time, or the ranks contradict each other
     */
    List<byte[]> allGather(byte[] mine);
}
