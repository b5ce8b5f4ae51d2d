package io.heliograph.transport.verbs;

import io.heliograph.transport.endpoint.EndpointContractTest;
import io.heliograph.transport.endpoint.RdmaTroubleTest;

/** Reliable connections over a link that fails. */
final class VerbsEndpointTroubleTest extends RdmaTroubleTest {
    @Override
    protected EndpointContractTest.Pair openPair() {
        return new RdmaPair();
    }
}
