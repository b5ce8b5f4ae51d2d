package io.heliograph.bindings.verbs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_ah_attr;
import io.heliograph.bindings.verbs.generated.ibv_async_event;
import io.heliograph.bindings.verbs.generated.ibv_comp_channel;
import io.heliograph.bindings.verbs.generated.ibv_context;
import io.heliograph.bindings.verbs.generated.ibv_device_attr;
import io.heliograph.bindings.verbs.generated.ibv_gid_entry;
import io.heliograph.bindings.verbs.generated.ibv_global_route;
import io.heliograph.bindings.verbs.generated.ibv_mr;
import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.bindings.verbs.generated.ibv_qp;
import io.heliograph.bindings.verbs.generated.ibv_qp_attr;
import io.heliograph.bindings.verbs.generated.ibv_qp_cap;
import io.heliograph.bindings.verbs.generated.ibv_qp_init_attr;
import io.heliograph.bindings.verbs.generated.ibv_recv_wr;
import io.heliograph.bindings.verbs.generated.ibv_send_wr;
import io.heliograph.bindings.verbs.generated.ibv_sge;
import io.heliograph.bindings.verbs.generated.ibv_wc;
import io.heliograph.bindings.verbs.generated.verbs_h;
import io.heliograph.testing.LayoutProbe;
import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
        LayoutProbe probe = new LayoutProbe("libibverbs", "infiniband/verbs.h");
        addQueries(probe);
        addDataPath(probe);
        addSetUp(probe);
        probe.check(directory);
    }

    private static void addQueries(LayoutProbe probe) {
        probe.size("ibv_context", ibv_context.sizeof())
                .offset("ibv_context", "async_fd", ibv_context.async_fd$offset())
                .size("ibv_device_attr", ibv_device_attr.sizeof())
                .offset("ibv_device_attr", "max_mr_size", ibv_device_attr.max_mr_size$offset())
                .offset("ibv_device_attr", "max_qp", ibv_device_attr.max_qp$offset())
                .offset("ibv_device_attr", "max_qp_wr", ibv_device_attr.max_qp_wr$offset())
                .offset("ibv_device_attr", "max_cqe", ibv_device_attr.max_cqe$offset())
                .offset("ibv_device_attr", "phys_port_cnt", ibv_device_attr.phys_port_cnt$offset())
                .size("ibv_device_attr_ex", VerbsLayout.DEVICE_ATTR_EX_BYTES)
                .offset("ibv_device_attr_ex", "odp_caps.general_caps", VerbsLayout.ODP_GENERAL)
                .value("IBV_ODP_SUPPORT", 1)
                .offset("ibv_context", "abi_compat", VerbsLayout.ABI_COMPAT)
                .value(fromContext("sz"), VerbsLayout.EXTENDED_BYTES)
                .value(fromContext("query_device_ex"), VerbsLayout.QUERY_DEVICE_EX)
                .value("(long) __VERBS_ABI_IS_EXTENDED", -1)
                .size("ibv_port_attr", ibv_port_attr.sizeof())
                .offset("ibv_port_attr", "state", ibv_port_attr.state$offset())
                .offset("ibv_port_attr", "active_mtu", ibv_port_attr.active_mtu$offset())
                .offset("ibv_port_attr", "gid_tbl_len", ibv_port_attr.gid_tbl_len$offset())
                .offset("ibv_port_attr", "lid", ibv_port_attr.lid$offset())
                .offset("ibv_port_attr", "active_width", ibv_port_attr.active_width$offset())
                .offset("ibv_port_attr", "active_speed", ibv_port_attr.active_speed$offset())
                .offset("ibv_port_attr", "link_layer", ibv_port_attr.link_layer$offset())
                .size("ibv_gid_entry", ibv_gid_entry.sizeof())
                .offset("ibv_gid_entry", "gid_index", ibv_gid_entry.gid_index$offset())
                .offset("ibv_gid_entry", "gid_type", ibv_gid_entry.gid_type$offset())
                .size("ibv_async_event", ibv_async_event.sizeof())
                .offset("ibv_async_event", "element", ibv_async_event.element$offset())
                .offset("ibv_async_event", "event_type", ibv_async_event.event_type$offset())
                .value("IBV_EVENT_CQ_ERR", AsyncEvent.CQ_ERR)
                .value("IBV_EVENT_QP_FATAL", AsyncEvent.QP_FATAL)
                .value("IBV_EVENT_DEVICE_FATAL", AsyncEvent.DEVICE_FATAL)
                .value("IBV_EVENT_PORT_ACTIVE", AsyncEvent.PORT_ACTIVE)
                .value("IBV_EVENT_PORT_ERR", AsyncEvent.PORT_ERR)
                .width("ibv_async_event", "element.port_num", Integer.BYTES)
                .value("IBV_MTU_256", 1)
                .value("IBV_MTU_4096", 5);
    }

    /** Where the extended part of a context has something, from the context's address on. */
    private static String fromContext(String field) {
        return "(long) offsetof(struct verbs_context, " + field + ") - (long) offsetof(struct verbs_context, context)";
    }

    @Test
    void shouldFindNoFunctionWhenTheDriverIsOfBeforeIt() {
        try (Arena arena = Arena.ofConfined()) {
            long context = arena.allocate(512 + ibv_context.sizeof(), 8).address() + 512;
            NativeMemory.putLong(
                    context + VerbsLayout.EXTENDED_BYTES, ibv_context.sizeof() - VerbsLayout.QUERY_DEVICE_EX);
            NativeMemory.putLong(context + VerbsLayout.QUERY_DEVICE_EX, 0x1234);
            assertEquals(0, ExtendedCalls.function(context, VerbsLayout.QUERY_DEVICE_EX), "not an extended one");
            NativeMemory.putLong(context + VerbsLayout.ABI_COMPAT, -1);
            assertEquals(0x1234, ExtendedCalls.function(context, VerbsLayout.QUERY_DEVICE_EX));
            NativeMemory.putLong(
                    context + VerbsLayout.EXTENDED_BYTES, ibv_context.sizeof() - VerbsLayout.QUERY_DEVICE_EX - 8);
            assertEquals(0, ExtendedCalls.function(context, VerbsLayout.QUERY_DEVICE_EX), "a shorter one");
            assertEquals(
                    Posix.ENOTSUP, ExtendedCalls.queryDevice(MemorySegment.ofAddress(context), arena.allocate(400, 8)));
        }
    }

    private static void addDataPath(LayoutProbe probe) {
        probe.offset("ibv_context", "ops.poll_cq", VerbsLayout.POLL_CQ)
                .offset("ibv_context", "ops.req_notify_cq", VerbsLayout.REQ_NOTIFY_CQ)
                .offset("ibv_context", "ops.post_send", VerbsLayout.POST_SEND)
                .offset("ibv_context", "ops.post_recv", VerbsLayout.POST_RECV)
                .offset("ibv_cq", "cqe", VerbsLayout.CQ_ENTRIES)
                .size("ibv_send_wr", ibv_send_wr.sizeof())
                .offset("ibv_send_wr", "wr_id", ibv_send_wr.wr_id$offset())
                .offset("ibv_send_wr", "next", ibv_send_wr.next$offset())
                .offset("ibv_send_wr", "sg_list", ibv_send_wr.sg_list$offset())
                .offset("ibv_send_wr", "num_sge", ibv_send_wr.num_sge$offset())
                .offset("ibv_send_wr", "opcode", ibv_send_wr.opcode$offset())
                .offset("ibv_send_wr", "send_flags", ibv_send_wr.send_flags$offset())
                .offset("ibv_send_wr", "imm_data", ibv_send_wr.imm_data$offset())
                .offset("ibv_send_wr", "wr.rdma.remote_addr", VerbsLayout.WR_REMOTE_ADDRESS)
                .offset("ibv_send_wr", "wr.rdma.rkey", VerbsLayout.WR_REMOTE_KEY)
                .offset("ibv_send_wr", "wr.ud.ah", VerbsLayout.WR_HANDLE)
                .offset("ibv_send_wr", "wr.ud.remote_qpn", VerbsLayout.WR_REMOTE_QUEUE_PAIR)
                .offset("ibv_send_wr", "wr.ud.remote_qkey", VerbsLayout.WR_REMOTE_QKEY)
                .size("ibv_recv_wr", ibv_recv_wr.sizeof())
                .offset("ibv_recv_wr", "wr_id", ibv_recv_wr.wr_id$offset())
                .offset("ibv_recv_wr", "next", ibv_recv_wr.next$offset())
                .offset("ibv_recv_wr", "sg_list", ibv_recv_wr.sg_list$offset())
                .offset("ibv_recv_wr", "num_sge", ibv_recv_wr.num_sge$offset())
                .size("ibv_sge", ibv_sge.sizeof())
                .offset("ibv_sge", "addr", ibv_sge.addr$offset())
                .offset("ibv_sge", "length", ibv_sge.length$offset())
                .offset("ibv_sge", "lkey", ibv_sge.lkey$offset())
                .size("ibv_wc", ibv_wc.sizeof())
                .offset("ibv_wc", "wr_id", ibv_wc.wr_id$offset())
                .offset("ibv_wc", "status", ibv_wc.status$offset())
                .offset("ibv_wc", "opcode", ibv_wc.opcode$offset())
                .offset("ibv_wc", "byte_len", ibv_wc.byte_len$offset())
                .offset("ibv_wc", "imm_data", ibv_wc.imm_data$offset())
                .offset("ibv_wc", "qp_num", ibv_wc.qp_num$offset())
                .offset("ibv_wc", "src_qp", ibv_wc.src_qp$offset())
                .offset("ibv_wc", "wc_flags", ibv_wc.wc_flags$offset())
                .value("IBV_WC_RECV", verbs_h.IBV_WC_RECV())
                .value("IBV_WC_RECV_RDMA_WITH_IMM", verbs_h.IBV_WC_RECV_RDMA_WITH_IMM())
                .value("IBV_SEND_SIGNALED", verbs_h.IBV_SEND_SIGNALED())
                .value("IBV_WR_SEND", verbs_h.IBV_WR_SEND());
    }

    private static void addSetUp(LayoutProbe probe) {
        probe.size("ibv_mr", ibv_mr.sizeof())
                .offset("ibv_mr", "lkey", ibv_mr.lkey$offset())
                .offset("ibv_mr", "rkey", ibv_mr.rkey$offset())
                .offset("ibv_comp_channel", "fd", ibv_comp_channel.fd$offset())
                .size("ibv_qp", ibv_qp.sizeof())
                .offset("ibv_qp", "qp_num", ibv_qp.qp_num$offset())
                .size("ibv_qp_cap", ibv_qp_cap.sizeof())
                .size("ibv_qp_init_attr", ibv_qp_init_attr.sizeof())
                .offset("ibv_qp_init_attr", "send_cq", ibv_qp_init_attr.send_cq$offset())
                .offset("ibv_qp_init_attr", "recv_cq", ibv_qp_init_attr.recv_cq$offset())
                .offset("ibv_qp_init_attr", "cap", ibv_qp_init_attr.cap$offset())
                .offset("ibv_qp_init_attr", "qp_type", ibv_qp_init_attr.qp_type$offset())
                .size("ibv_qp_attr", ibv_qp_attr.sizeof())
                .offset("ibv_qp_attr", "qp_state", ibv_qp_attr.qp_state$offset())
                .offset("ibv_qp_attr", "path_mtu", ibv_qp_attr.path_mtu$offset())
                .offset("ibv_qp_attr", "qkey", ibv_qp_attr.qkey$offset())
                .offset("ibv_qp_attr", "rq_psn", ibv_qp_attr.rq_psn$offset())
                .offset("ibv_qp_attr", "sq_psn", ibv_qp_attr.sq_psn$offset())
                .offset("ibv_qp_attr", "dest_qp_num", ibv_qp_attr.dest_qp_num$offset())
                .offset("ibv_qp_attr", "qp_access_flags", ibv_qp_attr.qp_access_flags$offset())
                .offset("ibv_qp_attr", "ah_attr", ibv_qp_attr.ah_attr$offset())
                .offset("ibv_qp_attr", "max_rd_atomic", ibv_qp_attr.max_rd_atomic$offset())
                .offset("ibv_qp_attr", "max_dest_rd_atomic", ibv_qp_attr.max_dest_rd_atomic$offset())
                .offset("ibv_qp_attr", "min_rnr_timer", ibv_qp_attr.min_rnr_timer$offset())
                .offset("ibv_qp_attr", "port_num", ibv_qp_attr.port_num$offset())
                .offset("ibv_qp_attr", "timeout", ibv_qp_attr.timeout$offset())
                .offset("ibv_qp_attr", "retry_cnt", ibv_qp_attr.retry_cnt$offset())
                .offset("ibv_qp_attr", "rnr_retry", ibv_qp_attr.rnr_retry$offset())
                .size("ibv_ah_attr", ibv_ah_attr.sizeof())
                .offset("ibv_ah_attr", "is_global", ibv_ah_attr.is_global$offset())
                .offset("ibv_ah_attr", "port_num", ibv_ah_attr.port_num$offset())
                .offset("ibv_ah_attr", "grh", ibv_ah_attr.grh$offset())
                .offset("ibv_global_route", "sgid_index", ibv_global_route.sgid_index$offset())
                .offset("ibv_global_route", "hop_limit", ibv_global_route.hop_limit$offset());
        for (QueuePairState state : QueuePairState.values()) {
            assertEquals(state, QueuePairState.of(state.state()));
        }
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
        String denied = Refusal.of(() -> {
            throw Verbs.refusal(Posix.EACCES);
        });
        assertEquals(
                "ibv_get_device_list: 13 (Permission denied), path=/sys/class/infiniband_verbs; check that the process may read it",
                denied);
        String none = Refusal.of(() -> {
            throw Verbs.refusal(Posix.ENOSYS);
        });
        assertTrue(
                none.startsWith("no RDMA kernel support: ibv_get_device_list: 38 (Function not implemented); "), none);
    }

    @Test
    void shouldSayWhatHelpsWhenADeviceDoesNotOpen() {
        assertTrue(Verbs.whatToDoAfterOpening(Posix.EACCES).startsWith("run as root"));
        assertFalse(Verbs.whatToDoAfterOpening(Posix.EBUSY).contains("root"));
        assertFalse(Verbs.whatToDoAfterOpening(Posix.ENODEV).contains("root"));
    }

    @Test
    void shouldTellNegativeErrnosFromNoReasonAtAll() {
        assertDoesNotThrow(() -> Refused.check("ibv_f", 0, "device=a", "try"));
        assertEquals(
                "ibv_f: 22 (Invalid argument), device=a; try",
                Refusal.of(() -> Refused.check("ibv_f", 22, "device=a", "try")));
        assertEquals(
                "ibv_f: 22 (Invalid argument), device=a; try",
                Refusal.of(() -> Refused.check("ibv_f", -22, "device=a", "try")));
        assertEquals(
                "ibv_f: failed without a reason, device=a; try",
                Refusal.of(() -> Refused.check("ibv_f", -1, "device=a", "try")));
    }

    @Test
    void shouldSayHowToHaveADeviceWhenThereIsNone() {
        String none = Refusal.of(() -> {
            throw Verbs.notFound("rxe0", List.of());
        });
        assertTrue(none.startsWith("RDMA device not found: device=rxe0: this machine has no RDMA device; "), none);
        assertTrue(none.contains("rdma link add"), none);
        String other = Refusal.of(() -> {
            throw Verbs.notFound("rxe0", List.of(new VerbsDevice("rxe1", 1)));
        });
        assertTrue(other.endsWith("; name one that is present") && other.contains("rxe1"), other);
    }

    @Test
    void shouldDescribeDevicesWhenThereAreSome() {
        Verbs verbs = assumeVerbs();
        assumeTrue(Files.exists(KERNEL), "this kernel has no RDMA support");
        List<VerbsDevice> devices = verbs.devices();
        assumeFalse(devices.isEmpty(), "this machine has no RDMA device");
        try (VerbsContext context = verbs.open(devices.getFirst().name())) {
            DeviceAttributes attributes = context.attributes();
            assertTrue(attributes.ports() >= 1, attributes::toString);
            assertTrue(attributes.maxQueuePairs() > 0 && attributes.maxRegionBytes() > 0, attributes::toString);
            assertFalse(context.port(1).state().isEmpty());
            assertEquals(16, context.gid(1, 0).length);
            assertFalse(context.gids(1).isEmpty());
            String refusal = Refusal.of(() -> context.port(200));
            assertTrue(refusal.startsWith("ibv_query_port: 22 (Invalid argument), device="), refusal);
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
