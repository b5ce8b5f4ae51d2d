package io.heliograph.transport.verbs;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The peers of an endpoint by their numbers: added by the application and by the rendezvous, looked at by all. None is ever forgotten. */
final class Peers {
    private final EndpointConfig config;
    private volatile Peer[] known = new Peer[0];

    Peers(EndpointConfig config) {
        this.config = config;
    }

    /** All at this moment, each at its number; nobody changes the array. */
    Peer[] all() {
        return known;
    }

    /** As {@link io.heliograph.transport.Endpoint#addPeer(IpAddress)}. */
    Peer add(IpAddress address) {
        if (address.isIpv4() != config.address().isIpv4()) {
            throw new IllegalArgumentException(
                    "peer of another address family: peer=" + address + " own=" + config.address());
        }
        Peer peer = findOrAdd(address, config.peerPlaces());
        if (peer == null) {
            throw new IllegalStateException(
                    "table of peers is full: maxPeers=" + config.maxPeers() + "; open the endpoint with more");
        }
        return peer;
    }

    /** One who connects; null if there is no place for strangers. */
    @Nullable
    Peer stranger(IpAddress address) {
        return findOrAdd(address, config.maxPeers());
    }

    private synchronized @Nullable Peer findOrAdd(IpAddress address, int places) {
        Peer[] present = known;
        for (Peer peer : present) {
            if (peer.address.equals(address)) {
                return peer;
            }
        }
        if (present.length >= places) {
            return null;
        }
        Peer[] more = Arrays.copyOf(present, present.length + 1);
        Peer added = new Peer(present.length, address, config.workQueues());
        more[present.length] = added;
        known = more;
        return added;
    }
}
