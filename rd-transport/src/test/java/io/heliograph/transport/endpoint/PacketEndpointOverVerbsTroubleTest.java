package io.heliograph.transport.endpoint;

import io.heliograph.transport.CompletionStatus;
import java.util.Set;

/** The packet protocol over RDMA devices whose link fails. */
final class PacketEndpointOverVerbsTroubleTest extends RdmaTroubleTest {
    @SuppressWarnings("NullAway.Init") // by openPair
    private PacketPairOverVerbs pair;

    @Override
    protected EndpointContractTest.Pair openPair() {
        pair = new PacketPairOverVerbs();
        return pair;
    }

    @Override
    protected void closeRight() {
        pair.closeRight();
    }

    /**
     * The peer timeout is long here, for a processor that stands still: a packet may be lost 32 times before it is over, the last time just before the
     * link came back and the peer was heard (R9.6).
     */
    @Override
    Set<Integer> broken() {
        return Set.of(CompletionStatus.PEER_GONE, CompletionStatus.UNDELIVERABLE);
    }
}
