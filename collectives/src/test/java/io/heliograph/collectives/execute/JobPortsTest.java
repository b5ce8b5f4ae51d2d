package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rank makes of a port that is written once for all. */
final class JobPortsTest {
    private static final JobPlace FIFTH = new JobPlace(5, 1, 77, Collections.nCopies(8, IpAddress.parse("198.18.0.1")));

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "verbs:mlx5_%l verbs:mlx5_1",
                "verbs:rxe%r/2/1 verbs:rxe5/2/1",
                "verbs:rxe%l_%n verbs:rxe1_3",
                "verbs:rxe0 verbs:rxe0",
                "dpdk:net_af_packet0,iface=eth%l dpdk:net_af_packet0,iface=eth1",
                "dpdk:net_af_packet%r,iface=v%n dpdk:net_af_packet5,iface=v3",
                "shm:a%r shm:a%r"
            })
    void shouldPutItsNumbersInWhereADeviceAsksForThem(String given, String opened) {
        assertEquals(opened, JobPorts.named(PortSpec.parse(given), FIFTH, 3).toString());
    }
}
