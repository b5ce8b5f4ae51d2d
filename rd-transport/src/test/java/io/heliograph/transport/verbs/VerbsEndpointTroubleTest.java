package io.heliograph.transport.verbs;

import io.heliograph.transport.endpoint.EndpointContractTest;
import io.heliograph.transport.endpoint.RdmaTroubleTest;

/** Reliable connections over a link that fails. */
final class VerbsEndpointTroubleTest extends RdmaTroubleTest {
    @SuppressWarnings("NullAway.Init") // by openPair
    private RdmaPair pair;

    @Override
    protected EndpointContractTest.Pair openPair() {
        pair = new RdmaPair();
        return pair;
    }

    @Override
    protected void closeRight() {
        pair.right.close();
    }
}
