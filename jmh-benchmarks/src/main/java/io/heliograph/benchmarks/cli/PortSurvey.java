package io.heliograph.benchmarks.cli;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DpdkLibrary;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.PortAttributes;
import io.heliograph.bindings.verbs.Verbs;
import io.heliograph.bindings.verbs.VerbsContext;
import io.heliograph.bindings.verbs.VerbsDevice;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks what this machine offers for ports; RDMA devices are opened and asked, nothing is changed. */
final class PortSurvey {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final Path PCI_DEVICES = Path.of("/sys/bus/pci/devices");
    private static final Path STATUS = Path.of("/proc/self/status");

    // linux/capability.h
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;

    /** Drivers that let DPDK have a PCI device; mlx5 shares it with the kernel. */
    private static final List<String> PCI_DRIVERS = List.of("vfio-pci", "igb_uio", "uio_pci_generic", "mlx5_core");

    private static final String NETWORK_CLASS = "0x02";

    private final List<PortOffer> offers = new ArrayList<>();

    private PortSurvey() {}

    /** Looks. */
    static List<PortOffer> take() {
        PortSurvey survey = new PortSurvey();
        survey.memory();
        survey.dpdk();
        survey.verbs();
        return survey.offers;
    }

    private void memory() {
        offers.add(PortOffer.usable("memory", "both ends in one process"));
        offers.add(
                Files.isWritable(SHARED_MEMORY)
                        ? PortOffer.usable("shm:NAME", "two processes of this machine; nothing needed")
                        : PortOffer.missing("shm:NAME", SHARED_MEMORY + " may not be written to: mount a tmpfs there"));
    }

    private void dpdk() {
        String version = dpdkVersion();
        if (version == null) {
            return;
        }
        device(version, "null", "dpdk:net_null0", "frames come from nowhere and go nowhere, for measurements");
        device(version, "ring", "dpdk:net_ring0", "frames come back to who sends them");
        device(version, "memif", "dpdk:net_memif0,role=server", "two processes of this machine; no privilege needed");
        String interfaces = String.join(" ", interfaces());
        String none = interfaces.isEmpty() ? "there is no network interface but loopback" : null;
        String packet = none == null ? lacking("run as root, or grant CAP_NET_RAW", CAP_NET_RAW) : none;
        device(
                version,
                "af_packet",
                "dpdk:net_af_packet0,iface=IF",
                "any interface, by packet socket: " + interfaces,
                packet);
        String xdp = none == null ? lackingXdp() : none;
        device(version, "af_xdp", "dpdk:net_af_xdp0,iface=IF", "any interface, by AF_XDP: " + interfaces, xdp);
        pci();
    }

    /** The version, or null after saying what is missing. */
    private @Nullable String dpdkVersion() {
        try {
            return DpdkLibrary.load().version();
        } catch (EnvironmentException e) {
            offers.add(PortOffer.missing("dpdk:DEVARGS", String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static @Nullable String lackingXdp() {
        return has(CAP_SYS_ADMIN) || has(CAP_BPF)
                ? lacking("run as root, or grant CAP_NET_ADMIN and CAP_NET_RAW", CAP_NET_ADMIN, CAP_NET_RAW)
                : "run as root, or grant CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW";
    }

    private void device(String version, String driver, String port, String note) {
        device(version, driver, port, note, null);
    }

    private void device(String version, String driver, String port, String note, @Nullable String lacking) {
        if (!hasDriver(driver)) {
            offers.add(PortOffer.missing(
                    port,
                    "install " + version + "'s net_" + driver + " (Debian: librte-net-" + driver.replace('_', '-')
                            + "*)"));
        } else if (lacking != null) {
            offers.add(PortOffer.missing(port, lacking));
        } else {
            offers.add(PortOffer.usable(port, version + "; " + note));
        }
    }

    /** Where distributions and DPDK's own build put drivers. */
    private static boolean hasDriver(String driver) {
        String name = "librte_net_" + driver + ".so.*";
        for (String root : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")) {
            try (Stream<Path> files = Files.find(Path.of(root), 3, (file, _) -> matches(file, name))) {
                if (files.findAny().isPresent()) {
                    return true;
                }
            } catch (IOException | UncheckedIOException e) {
                // No such directory, or one that may not be read: the driver is not there for us.
            }
        }
        return false;
    }

    private static boolean matches(Path file, String glob) {
        return file.getFileSystem().getPathMatcher("glob:" + glob).matches(file.getFileName());
    }

    private void pci() {
        boolean any = false;
        for (Path device : list(PCI_DEVICES)) {
            if (read(device.resolve("class")).startsWith(NETWORK_CLASS)) {
                any = true;
                String address = device.getFileName().toString();
                String driver = driver(device);
                offers.add(
                        PCI_DRIVERS.contains(driver)
                                ? PortOffer.usable("dpdk:" + address, "PCI device, driver " + driver)
                                : PortOffer.missing(
                                        "dpdk:" + address,
                                        "PCI device, driver " + driver
                                                + ": to take it from the kernel, bind it to vfio-pci"
                                                + " (dpdk-devbind.py -b vfio-pci " + address + ")"));
            }
        }
        if (!any) {
            offers.add(PortOffer.missing("dpdk:PCI-ADDRESS", "this machine has no PCI network device"));
        }
    }

    private static String driver(Path device) {
        try {
            return Files.readSymbolicLink(device.resolve("driver"))
                    .getFileName()
                    .toString();
        } catch (IOException e) {
            return "none";
        }
    }

    private void verbs() {
        try {
            Verbs verbs = Verbs.load();
            List<VerbsDevice> devices = verbs.devices();
            if (devices.isEmpty()) {
                offers.add(PortOffer.missing("verbs:DEVICE", Verbs.NO_DEVICE));
            }
            for (VerbsDevice device : devices) {
                device(verbs, device.name());
            }
        } catch (EnvironmentException e) {
            offers.add(PortOffer.missing("verbs:DEVICE", String.valueOf(e.getMessage())));
        }
    }

    private void device(Verbs verbs, String name) {
        try (VerbsContext context = verbs.open(name)) {
            int ports = context.attributes().ports();
            for (int port = 1; port <= ports; port++) {
                offers.add(describe(
                        new PortSpec.Verbs(name, port, -1).toString(), context.port(port), context.gids(port)));
            }
        } catch (EnvironmentException e) {
            offers.add(PortOffer.missing("verbs:" + name, String.valueOf(e.getMessage())));
        }
    }

    /** What to say of a port of an RDMA device, with those of its addresses that datagrams can be sent from. */
    static PortOffer describe(String port, PortAttributes attributes, List<GidEntry> gids) {
        String speed = attributes.bitsPerSecond() == 0
                ? "speed unknown"
                : attributes.bitsPerSecond() / 1_000_000_000.0 + " Gb/s";
        String note = "RDMA device; " + attributes.state() + ", " + speed + ", path MTU " + attributes.activeMtuBytes();
        if (!attributes.ethernet()) {
            return PortOffer.missing(port, note + "; InfiniBand, of which there is no port yet");
        }
        String addresses = addresses(gids);
        if (!attributes.active()) {
            return PortOffer.missing(
                    port, note + addresses + "; bring its network interface up (ip link set dev IF up)");
        }
        return addresses.isEmpty()
                ? PortOffer.missing(port, note + "; no RoCE v2 GID: give its network interface an IP address")
                : PortOffer.usable(port, note + addresses);
    }

    /** {@code , GIDs 1 = 192.168.77.1}: what {@code --address} and the last part of {@code verbs:DEVICE/PORT/GID} take; empty if there are none. */
    private static String addresses(List<GidEntry> gids) {
        StringBuilder text = new StringBuilder();
        for (GidEntry entry : gids) {
            if (entry.isRoceV2()) {
                text.append(text.isEmpty() ? ", GIDs " : ", ")
                        .append(entry.index())
                        .append(" = ")
                        .append(new IpAddress(entry.gid().high(), entry.gid().low()));
            }
        }
        return text.toString();
    }

    private static List<String> interfaces() {
        List<String> names = new ArrayList<>();
        for (Path one : list(INTERFACES)) {
            if (Files.exists(one.resolve("ifindex"))
                    && !one.getFileName().toString().equals("lo")) {
                names.add(one.getFileName().toString());
            }
        }
        return names;
    }

    private static @Nullable String lacking(String whatToDo, int... capabilities) {
        for (int capability : capabilities) {
            if (!has(capability)) {
                return whatToDo;
            }
        }
        return null;
    }

    /** Whether this process has a capability now. */
    private static boolean has(int capability) {
        return read(STATUS)
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> capability & 1) == 1);
    }

    private static List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            return List.of();
        }
        entries.sort(null);
        return entries;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
