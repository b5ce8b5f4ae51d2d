package io.heliograph.transport.port;

import java.lang.foreign.Arena;

/** A process that sends every test frame back, until it gets the one that ends it. */
final class FrameReflector {
    /** The number of the frame that ends it. */
    static final long END = Long.MIN_VALUE;

    private FrameReflector() {}

    /** Arguments: port, MTU. */
    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined();
                Port port = Ports.open(PortSpec.parse(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready");
            Burst received = new Burst(arena, 32);
            Burst back = new Burst(arena, 64);
            boolean end = false;
            while (!end) {
                if (port.receive(received) == 0) {
                    TestTraffic.idle();
                }
                TestTraffic.takeTestFrames(port, received, back);
                for (int i = 0; i < back.size(); i++) {
                    end |= TestTraffic.number(back.frame(i)) == END;
                }
                TestTraffic.sendAll(port, back);
            }
        }
        System.out.println("done");
    }
}
