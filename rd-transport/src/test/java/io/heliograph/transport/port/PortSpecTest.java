package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PortSpecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory",
                "shm:demo",
                "dpdk:net_af_xdp0,iface=eth1",
                "dpdk:0000:01:00.0",
                "verbs:mlx5_0",
                "verbs:rxe0/2",
                "verbs:rxe0/1/3",
                "verbs:mlx5_%l",
                "verbs:rxe%r/2/1"
            })
    void shouldWriteWhatItParses(String text) {
        assertEquals(text, PortSpec.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "memory:",
                "memory:x",
                "shm",
                "shm:",
                "dpdk:",
                "dpdk",
                "verbs",
                "verbs:",
                "verbs:a/0",
                "verbs:a/1/256",
                "verbs:a b",
                "verbs:a%",
                "verbs:a%x",
                "shmem:x",
                ":x",
                "eth0"
            })
    void shouldListTheFormsWhenItIsNone(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> PortSpec.parse(text))
                .toString();
        assertTrue(message.contains("shm:NAME") && message.contains("text=" + text), message);
    }

    @Test
    void shouldOpenWhatItMeans() {
        String name = "shm:spec-" + ProcessHandle.current().pid();
        try (PortPair memory = Ports.openPair(PortSpec.parse("memory"), 1500);
                PortPair shared = Ports.openPair(PortSpec.parse(name), 1500);
                Port one = Ports.open(PortSpec.parse(name), 9000)) {
            assertEquals("memory", memory.left().info().driver());
            assertEquals(LinkState.UP, shared.left().linkState());
            assertEquals(name, one.info().name());
            assertEquals(9000, one.info().mtuBytes());
        }
        assertThrows(IllegalArgumentException.class, () -> Ports.open(PortSpec.parse("memory"), 1500));
        assertThrows(IllegalArgumentException.class, () -> Ports.openPair(PortSpec.parse("dpdk:net_null0"), 1500));
        assertThrows(IllegalArgumentException.class, () -> Ports.openPair(PortSpec.parse("verbs:rxe0"), 1500));
        assertThrows(IllegalArgumentException.class, () -> Ports.open(PortSpec.parse(name), 10));
    }
}
