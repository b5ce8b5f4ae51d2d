package io.heliograph.emulator.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.Cluster;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.transport.EndpointCounter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopologyTest {
    private static final LinkConfig LINK = LinkConfig.of(100_000_000_000L, 1_000_000);
    private static final SwitchConfig SWITCH = SwitchConfig.of(10_000_000);

    /** Every packet and its acknowledgement pass as many links as the way has. */
    private static void requireWay(Topology topology, int from, int to, int links) {
        try (Cluster cluster =
                new Cluster(topology.build(FabricConfig.DEFAULT), 1000, 0, config -> config.withWindowPackets(64))) {
            cluster.flow(from, to, 1000, 1000);
            assertTrue(cluster.run(1_000_000_000));
            assertEquals(1, cluster.count(EndpointCounter.DATA_SENT));
            assertEquals(1, cluster.count(EndpointCounter.SACK_SENT));
            assertEquals(2L * links, cluster.fabric().hops());
        }
    }

    @Test
    void shouldJoinHostsByAsManyLinksAsTheShapeSays() {
        requireWay(Topologies.pair(LINK), 0, 1, 1);
        requireWay(Topologies.star(5, LINK, SWITCH), 0, 4, 2);
        requireWay(Topologies.leafSpine(3, 2, 4, LINK, LINK, SWITCH), 0, 3, 2);
        requireWay(Topologies.leafSpine(3, 2, 4, LINK, LINK, SWITCH), 0, 4, 4);
        requireWay(Topologies.fatTree(4, LINK, SWITCH), 0, 1, 2);
        requireWay(Topologies.fatTree(4, LINK, SWITCH), 0, 3, 4);
        requireWay(Topologies.fatTree(4, LINK, SWITCH), 0, 15, 6);
        requireWay(Topologies.fatTree(4, 3, LINK, SWITCH), 0, 5, 2);
        requireWay(Topologies.fatTree(4, 3, LINK, SWITCH), 0, 6, 4);
    }

    /** A fat tree of k-port switches has k^3/4 hosts, 5k^2/4 switches and 3k^3/4 cables. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 16})
    void shouldHaveTheSizeOfAFatTree(int k) {
        try (Fabric fabric = Topologies.fatTree(k, LINK, SWITCH).build(FabricConfig.DEFAULT)) {
            assertEquals(k * k * k / 4, fabric.hosts());
            assertEquals(5 * k * k / 4, fabric.switches().size());
            assertEquals(2 * 3 * k * k * k / 4, fabric.links().size());
        }
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        Topology star = Topologies.star(20_000, LINK, SWITCH);
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> star.build(FabricConfig.DEFAULT))
                        .getMessage());
        assertTrue(message.startsWith("fabric too large: nodes=20001 hosts=20000"), message);
    }

    @Test
    void shouldReadADirectConnectNetwork() {
        // A ring of six: opposite nodes are three links apart, and two more inside the boxes.
        List<String> ring = List.of(
                "default rate=400Gbps delay=500ns # of all",
                "node n0",
                "node n1",
                "node n2",
                "node n3",
                "node n4",
                "node n5",
                "",
                "link n0 n1",
                "link n1 n2",
                "link n2 n3 rate=100Gbps ber=1e-15",
                "link n3 n4",
                "link n4 n5",
                "link n5 n0");
        Topology topology = GraphFile.parse("ring.txt", ring, SWITCH);
        requireWay(topology, 0, 3, 5);
        requireWay(topology, 0, 5, 3);
        try (Fabric fabric = topology.build(FabricConfig.DEFAULT)) {
            assertEquals(
                    new LinkConfig(100_000_000_000L, 500_000, 1e-15, 0),
                    fabric.link("n2.switch", "n3.switch").config());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hosts a | graph.txt:2: unknown word: hosts",
                "host | graph.txt:2: host takes one name, here are 0",
                "host x | graph.txt:2: name is taken: x",
                "link x y | graph.txt:2: no such node above this line: y",
                "link x x | graph.txt:2: link from x to itself",
                "default rate=100 | graph.txt:2: not a rate: 100",
                "default rate=9Tbps | graph.txt:2: link: rateBitsPerSecond=9000000000000",
                "default delay=1.0001ps | graph.txt:2: not a whole number of ps",
                "default ber=2 | graph.txt:2: link: bitErrorRate=2.0",
                "default ber=x | graph.txt:2: not a number: x",
                "default speed=1Gbps | graph.txt:2: unknown option: speed=1Gbps"
            })
    void shouldNameTheLineThatIsWrong(String line, String message) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> GraphFile.parse("graph.txt", List.of("host x", line), SWITCH));
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), () -> String.valueOf(e.getMessage()));
    }

    @Test
    void shouldRefuseHostsThatCannotReachEachOther() {
        Topology islands = GraphFile.parse(
                "islands.txt", List.of("node a", "node b", "node c", "node d", "link a b", "link c d"), SWITCH);
        assertThrows(IllegalArgumentException.class, () -> islands.build(FabricConfig.DEFAULT));
        Topology alone = GraphFile.parse("alone.txt", List.of("host a"), SWITCH);
        assertThrows(IllegalArgumentException.class, () -> alone.build(FabricConfig.DEFAULT));
    }
}
