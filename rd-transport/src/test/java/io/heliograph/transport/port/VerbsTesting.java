package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.Verbs;
import io.heliograph.bindings.verbs.VerbsContext;
import io.heliograph.bindings.verbs.VerbsDevice;
import java.util.List;

/** The RDMA devices of this machine, for tests. */
public final class VerbsTesting {
    private VerbsTesting() {}

    /** Skips the test unless there are two devices with a port that is up; the first two, by their names. */
    static List<PortSpec.Verbs> assumeTwoDevices() {
        try {
            List<PortSpec.Verbs> up = Verbs.load().devices().stream()
                    .map(VerbsDevice::name)
                    .sorted()
                    .filter(VerbsTesting::isUp)
                    .map(name -> new PortSpec.Verbs(name, 1, -1))
                    .toList();
            assumeTrue(up.size() >= 2, "this machine has no two RDMA devices (scripts/test-verbs has): " + up);
            return up.subList(0, 2);
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
    }

    /** Two ports on devices that are joined; the test is skipped where there are none. */
    public static PortPair openPair(int mtuBytes) {
        List<PortSpec.Verbs> devices = assumeTwoDevices();
        VerbsPort left = VerbsPort.open(devices.getFirst(), mtuBytes);
        try {
            return new PortPair(left, VerbsPort.open(devices.getLast(), mtuBytes));
        } catch (RuntimeException e) {
            left.close();
            throw e;
        }
    }

    /** What the first device's link allows. */
    static int greatestMtuBytes() {
        try (VerbsContext context =
                Verbs.load().open(assumeTwoDevices().getFirst().device())) {
            return context.port(1).activeMtuBytes() - LinkLayout.LINK_HEADER_BYTES;
        }
    }

    private static boolean isUp(String device) {
        try (VerbsContext context = Verbs.load().open(device)) {
            return context.port(1).active();
        }
    }
}
