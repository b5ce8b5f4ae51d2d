package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.bindings.memory.ProcessIdentity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Arguments for {@link Eal#start}. As made, they ask for little: normal pages, no PCI device, no telemetry, runtime files under a
 * prefix of this process alone, and one lcore that may run on every CPU this process may use, so that nothing is pinned.
 *
 * <p>Immutable: each method gives a changed copy.
 */
public final class EalArguments {
    private static final int DEFAULT_MEGABYTES = 512;

    private final boolean hugePages;
    private final int memoryMegabytes;
    private final List<String> pciAddresses;
    private final List<String> more;

    private EalArguments(boolean hugePages, int memoryMegabytes, List<String> pciAddresses, List<String> more) {
        this.hugePages = hugePages;
        this.memoryMegabytes = memoryMegabytes;
        this.pciAddresses = List.copyOf(pciAddresses);
        this.more = List.copyOf(more);
    }

    public static EalArguments defaults() {
        return new EalArguments(false, DEFAULT_MEGABYTES, List.of(), List.of());
    }

    /** Takes memory from huge pages, as much as is needed when it is. */
    public EalArguments withHugePages() {
        return new EalArguments(true, memoryMegabytes, pciAddresses, more);
    }

    /** Takes so much memory from normal pages, at once; without effect on huge ones. */
    public EalArguments withMemoryMegabytes(int megabytes) {
        return new EalArguments(hugePages, megabytes, pciAddresses, more);
    }

    /**
     * Probes this PCI device, {@code 0000:01:00.0}, and takes memory from huge pages, which its DMA needs. Without any, the PCI bus is
     * left alone.
     */
    public EalArguments withPciDevice(String address) {
        return new EalArguments(true, memoryMegabytes, with(pciAddresses, List.of(address)), more);
    }

    /**
     * Adds arguments as DPDK documents them ("EAL parameters"). Lcores given here ({@code -l}, {@code -c}, {@code --lcores}) replace the
     * usual one; EAL pins them.
     *
     * @throws IllegalArgumentException on those that end the process ({@code --help})
     */
    public EalArguments with(String... arguments) {
        for (String argument : arguments) {
            if (argument.equals("-h") || (argument.startsWith("--h") && "--help".startsWith(argument))) {
                throw new IllegalArgumentException(
                        "argument ends the process: argument=" + argument + "; leave it out");
            }
        }
        return new EalArguments(hugePages, memoryMegabytes, pciAddresses, with(more, List.of(arguments)));
    }

    /** The command line, without the program's name. */
    List<String> toCommandLine(ProcessIdentity process) {
        List<String> line = new ArrayList<>();
        line.add("--file-prefix=" + EalFiles.prefixOf(process));
        line.add("--no-telemetry");
        if (more.stream().noneMatch(EalArguments::choosesLcores)) {
            line.add("--lcores=0@(" + allowedCpus() + ")");
        }
        if (hugePages) {
            line.add("--in-memory");
        } else {
            line.add("--no-huge");
            line.add("-m");
            line.add(Integer.toString(memoryMegabytes));
        }
        if (pciAddresses.isEmpty()) {
            line.add("--no-pci");
        }
        for (String address : pciAddresses) {
            line.add("-a");
            line.add(address);
        }
        line.addAll(more);
        return line;
    }

    private static boolean choosesLcores(String argument) {
        return argument.startsWith("-l") || argument.startsWith("-c") || argument.startsWith("--lcores");
    }

    private static String allowedCpus() {
        BitSet cpus = CpuAffinity.get();
        return cpus.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static List<String> with(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
