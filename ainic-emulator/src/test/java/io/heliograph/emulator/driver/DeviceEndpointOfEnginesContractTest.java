package io.heliograph.emulator.driver;

/** The same with three engines in each device, over which messages are striped. */
final class DeviceEndpointOfEnginesContractTest extends DeviceEndpointContractTest {
    @Override
    protected int engines() {
        return 3;
    }
}
