package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/** The peers of an endpoint by their numbers: added by the application's thread, looked at by all. */
final class Peers {
    private final EndpointConfig config;
    private final Function<IpAddress, Path> paths;
    private volatile Peer[] known = new Peer[0];

    /** Nobody yet; {@code paths} says where the segment of an address lies. */
    Peers(EndpointConfig config, Function<IpAddress, Path> paths) {
        this.config = config;
        this.paths = paths;
    }

    /** All at this moment, each at its number; nobody changes the array. */
    Peer[] all() {
        return known;
    }

    /** As {@link io.heliograph.transport.Endpoint#addPeer(IpAddress)}. */
    int add(IpAddress address) {
        Peer[] present = known;
        for (Peer peer : present) {
            if (peer.address().equals(address)) {
                return peer.number();
            }
        }
        if (address.isIpv4() != config.address().isIpv4()) {
            throw new IllegalArgumentException(
                    "peer of another address family: peer=" + address + " own=" + config.address());
        }
        if (present.length == config.maxPeers()) {
            throw new IllegalStateException(
                    "table of peers is full: maxPeers=" + config.maxPeers() + "; open the endpoint with more");
        }
        Peer[] more = Arrays.copyOf(present, present.length + 1);
        more[present.length] = new Peer(
                present.length, address, paths.apply(address), config.submissionEntries(), config.workQueues());
        known = more;
        return present.length;
    }

    /** Forgets all: the endpoint is closed. */
    void clear() {
        known = new Peer[0];
    }
}
