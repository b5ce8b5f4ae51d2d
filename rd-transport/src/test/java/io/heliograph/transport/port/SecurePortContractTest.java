package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecurePort;
import org.opentest4j.TestAbortedException;

/** A port that encrypts is a port like any other; what it does to packets is tested beside it. */
final class SecurePortContractTest extends PortContractTest {
    @Override
    protected PortPair open(int mtuBytes) {
        PortPair pair = MemoryPort.pair(mtuBytes + SecurePort.OVERHEAD_BYTES);
        try {
            return new PortPair(secure(pair.left(), 1), secure(pair.right(), 2));
        } catch (EnvironmentException e) {
            pair.close();
            throw new TestAbortedException(e.getMessage(), e);
        }
    }

    private static SecurePort secure(Port port, int lastByte) {
        return SecurePort.open(
                port,
                SecureConfig.of(IpAddress.parse("198.18.0." + lastByte)),
                Keyring.of(Secret.of(new byte[Secret.LEAST_BYTES])));
    }

    @Override
    protected int greatestMtuBytes() {
        return LinkLayout.GREATEST_MTU_BYTES - SecurePort.OVERHEAD_BYTES;
    }
}
