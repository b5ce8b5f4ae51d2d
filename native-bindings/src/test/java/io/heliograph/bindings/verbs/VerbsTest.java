package io.heliograph.bindings.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_context;
import io.heliograph.bindings.verbs.generated.ibv_device_attr;
import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.testing.LayoutProbe;
import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerbsTest {
    private static final Path KERNEL = Path.of("/sys/class/infiniband_verbs/abi_version");

    @Test
    void shouldAgreeWithTheCompilerWhenHeadersAreInstalled(@TempDir Path directory)
            throws IOException, InterruptedException {
        new LayoutProbe("libibverbs", "infiniband/verbs.h")
                .offset("ibv_context", "ops.poll_cq", VerbsLayout.POLL_CQ)
                .offset("ibv_context", "ops.post_send", VerbsLayout.POST_SEND)
                .offset("ibv_context", "ops.post_recv", VerbsLayout.POST_RECV)
                .size("ibv_context", ibv_context.sizeof())
                .size("ibv_device_attr", ibv_device_attr.sizeof())
                .offset("ibv_device_attr", "max_mr_size", ibv_device_attr.max_mr_size$offset())
                .offset("ibv_device_attr", "max_qp", ibv_device_attr.max_qp$offset())
                .offset("ibv_device_attr", "max_qp_wr", ibv_device_attr.max_qp_wr$offset())
                .offset("ibv_device_attr", "max_cqe", ibv_device_attr.max_cqe$offset())
                .offset("ibv_device_attr", "phys_port_cnt", ibv_device_attr.phys_port_cnt$offset())
                .size("ibv_port_attr", ibv_port_attr.sizeof())
                .offset("ibv_port_attr", "active_mtu", ibv_port_attr.active_mtu$offset())
                .offset("ibv_port_attr", "gid_tbl_len", ibv_port_attr.gid_tbl_len$offset())
                .offset("ibv_port_attr", "lid", ibv_port_attr.lid$offset())
                .offset("ibv_port_attr", "link_layer", ibv_port_attr.link_layer$offset())
                .value("IBV_MTU_4096", 5)
                .check(directory);
    }

    @Test
    void shouldTellNoKernelSupportFromNoDeviceWhenTheKernelHasNone() {
        Verbs verbs = assumeVerbs();
        assumeFalse(Files.exists(KERNEL), "this kernel has RDMA support");
        assertTrue(Refusal.of(verbs::devices).startsWith("no RDMA kernel support"));
        assertTrue(Refusal.of(() -> verbs.open("mlx5_0")).startsWith("no RDMA kernel support"));
    }

    @Test
    void shouldTellRefusalsApartWhenTheListIsDenied() {
        assertTrue(Refusal.of(() -> {
                    throw Verbs.refusal(Posix.EACCES);
                })
                .startsWith("RDMA devices not listed"));
    }

    @Test
    void shouldDescribeDevicesWhenThereAreSome() {
        Verbs verbs = assumeVerbs();
        assumeTrue(Files.exists(KERNEL), "this kernel has no RDMA support");
        List<VerbsDevice> devices = verbs.devices();
        assumeFalse(devices.isEmpty(), "this machine has no RDMA device");
        try (VerbsContext context = verbs.open(devices.getFirst().name())) {
            assertTrue(context.attributes().ports() >= 1);
            assertFalse(context.port(1).state().isEmpty());
            assertEquals(16, context.gid(1, 0).length);
        }
    }

    private static Verbs assumeVerbs() {
        try {
            return Verbs.load();
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
    }
}
