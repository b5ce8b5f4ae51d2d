package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.Switch;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * A route that a file gives in place of the shortest paths: by which neighbours a switch reaches a host.
 *
 * @param place in the file
 * @param at the switch
 * @param to the host
 * @param via neighbours of the switch; of several one for each flow hash
 */
record GivenRoute(Place place, String at, String to, List<String> via) {

    /**
     * Changes the switch's table.
     *
     * @throws InputFileException if there is no such switch, host or link
     */
    void addTo(Fabric fabric) {
        Switch node = fabric.switches().stream()
                .filter(each -> each.name().equals(at))
                .findFirst()
                .orElseThrow(() -> place.error("route: no such switch: " + at));
        int host = host(fabric);
        List<Link> links = new ArrayList<>();
        for (String name : via) {
            Link link = node.ports().stream()
                    .filter(each -> each.to().name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> place.error("route: no link from " + at + " to " + name));
            if (link.to() instanceof FabricPort port && port.host() != host) {
                throw place.error("route: " + name + " is a host, which sends nothing on");
            }
            links.add(link);
        }
        node.routeBy(host, links);
    }

    /** The number of its host. */
    int host(Fabric fabric) {
        for (int host = 0; host < fabric.hosts(); host++) {
            if (fabric.port(host).name().equals(to)) {
                return host;
            }
        }
        throw place.error("route: no such host: " + to);
    }
}
