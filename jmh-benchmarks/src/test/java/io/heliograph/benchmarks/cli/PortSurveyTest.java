package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.verbs.Gid;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.PortAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code helio ports} says of an RDMA device. */
final class PortSurveyTest {
    private static final Gid IPV4 = Gid.ofIpv4(0xc0a8_4d01);
    private static final Gid LINK_LOCAL = new Gid(0xfe80L << 48, 0x5054_00ff_fe12_3456L);

    private static PortAttributes port(boolean ethernet, boolean active, long bitsPerSecond) {
        return new PortAttributes(active ? "active" : "down", 4096, 8, 0, ethernet, active, bitsPerSecond);
    }

    @Test
    void shouldShowTheAddressesThatCanBeChosen() {
        PortOffer offer = PortSurvey.describe(
                "verbs:rxe0",
                port(true, true, 400_000_000_000L),
                List.of(
                        new GidEntry(0, LINK_LOCAL, false),
                        new GidEntry(1, IPV4, true),
                        new GidEntry(3, LINK_LOCAL, true)));
        assertTrue(offer.usable());
        assertEquals(
                "RDMA device; active, 400.0 Gb/s, path MTU 4096, GIDs 1 = 192.168.77.1, 3 = fe80:0:0:0:5054:ff:fe12:3456",
                offer.note());
    }

    @Test
    void shouldSayWhatIsMissing() {
        PortOffer down = PortSurvey.describe("verbs:rxe0", port(true, false, 0), List.of(new GidEntry(1, IPV4, true)));
        assertFalse(down.usable());
        assertTrue(down.note().contains("speed unknown") && down.note().contains("ip link set"), down.note());
        PortOffer nameless =
                PortSurvey.describe("verbs:rxe0", port(true, true, 0), List.of(new GidEntry(0, IPV4, false)));
        assertFalse(nameless.usable());
        assertTrue(nameless.note().contains("no RoCE v2 GID"), nameless.note());
        PortOffer infiniBand = PortSurvey.describe("verbs:mlx5_0", port(false, true, 0), List.of());
        assertFalse(infiniBand.usable());
        assertTrue(infiniBand.note().contains("InfiniBand"), infiniBand.note());
    }
}
