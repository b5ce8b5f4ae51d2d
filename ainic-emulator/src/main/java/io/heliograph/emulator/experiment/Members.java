package io.heliograph.emulator.experiment;

import io.heliograph.emulator.host.Host;
import io.heliograph.emulator.host.HostApplication;
import io.heliograph.transport.MemoryRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The hosts of a run, in the order of their numbers, what each registered, and who works on them at present. */
final class Members implements HostApplication, AutoCloseable {
    private final List<Host> hosts = new ArrayList<>();
    private final List<MemoryRegion> regions = new ArrayList<>();
    private HostApplication worker = HostApplication.NONE;
    private @Nullable StepListener listener;
    private @Nullable Set<String> granted;

    void add(Host host, MemoryRegion region) {
        hosts.add(host);
        regions.add(region);
    }

    /** From now on this one runs on all hosts. */
    void worker(HostApplication value) {
        worker = value;
    }

    /** From now on this one is told of steps. */
    void listener(StepListener value) {
        listener = value;
    }

    /** A step of a host begins. */
    void begins(Step step) {
        if (listener != null) {
            listener.begins(step);
        }
    }

    /** A controller decides on messages of some groups from now on; on those of all if none is named. */
    void granted(Set<String> ofGroups) {
        granted = ofGroups;
    }

    /** Whether a controller decides on a message. */
    boolean isGranted(Step step) {
        return granted != null
                && !step.group().equals(Step.WARM_UP)
                && (granted.isEmpty() || granted.contains(step.group()));
    }

    List<Host> hosts() {
        return hosts;
    }

    Host host(int number) {
        return hosts.get(number);
    }

    MemoryRegion region(int number) {
        return regions.get(number);
    }

    @Override
    public void run(Host host, long nowPs) {
        worker.run(host, nowPs);
    }

    @Override
    public void close() {
        hosts.forEach(Host::close);
    }
}
