package io.heliograph.transport.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.rate.LineRate;
import io.heliograph.transport.rate.RatePolicy;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** jcstress: the application adds peers while the engine looks one up: it finds a whole one or none, by its number no later than by its address, and not none afterwards. */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 0, 1", "0, 1, 1"},
        expect = ACCEPTABLE,
        desc = "not there yet when looked for first")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "found by its number already, and not by its address yet")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "a whole peer, and it stays")
@Outcome(expect = FORBIDDEN, desc = "half a peer, or one that goes again")
@State
public class PeersStress {
    private static final IpAddress ADDRESS = IpAddress.ofIpv4(0xC612_0002);
    private static final IpAddress ANOTHER = IpAddress.ofIpv4(0xC612_0003);
    private static final MacAddress MAC = new MacAddress(0x0200_0000_0002L);
    private static final EndpointConfig CONFIG = EndpointConfig.of(IpAddress.ofIpv4(0xC612_0001))
            .withIncarnation(1)
            .withWindowPackets(64)
            .withMaxPeers(4);
    private final Arena arena = Arena.ofAuto();
    private final Peers peers = new Peers(
            CONFIG,
            arena,
            new Home(new CompletionRings[0]),
            new MessagePool(0, false),
            new DutyCycle[] {new DutyCycle()},
            new Counters[] {new Counters()},
            new RatePolicy[] {new LineRate(1)},
            new long[] {1},
            new long[] {1});

    @Actor
    public void application() {
        peers.add(ADDRESS, MAC);
        peers.add(ANOTHER, MAC);
    }

    @Actor
    public void engine(III_Result result) {
        result.r1 = whole(peers.find(ADDRESS.high(), ADDRESS.low()));
        result.r2 = peers.size() == 0 ? 0 : whole(peers.get(0));
        result.r3 = whole(peers.find(ADDRESS.high(), ADDRESS.low()));
    }

    private static int whole(@Nullable Peer peer) {
        if (peer == null) {
            return 0;
        }
        boolean whole = peer.number() == 0
                && peer.address().equals(ADDRESS)
                && peer.lane(0).isReachable()
                && peer.lane(0).header.isIpv4()
                && peer.outbound() != null
                && peer.inbound() != null;
        return whole ? 1 : 2;
    }
}
