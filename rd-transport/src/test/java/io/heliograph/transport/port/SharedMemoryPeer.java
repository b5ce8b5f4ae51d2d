package io.heliograph.transport.port;

import java.lang.foreign.Arena;

/** The other process of {@link SharedMemoryPortTest}: opens a name, says so, and does what it is told. */
final class SharedMemoryPeer {
    private SharedMemoryPeer() {}

    /** Arguments: name, MTU, and one of {@code echo} (until the other side closes), {@code hold} (for ever). */
    public static void main(String[] arguments) throws InterruptedException {
        try (Arena arena = Arena.ofConfined();
                SharedMemoryPort port = SharedMemoryPort.open(arguments[0], Integer.parseInt(arguments[1]))) {
            System.out.println("open");
            if (arguments[2].equals("hold")) {
                Thread.sleep(Long.MAX_VALUE);
            }
            echo(port, new Burst(arena, 64));
        }
    }

    private static void echo(Port port, Burst burst) {
        boolean seen = false;
        int idle = 0;
        while (true) {
            if (port.receive(burst) > 0) {
                TestTraffic.sendAll(port, burst);
                seen = true;
                idle = 0;
            } else if (++idle % 10_000 == 0 && seen && port.linkState() != LinkState.UP) {
                System.out.println("peer " + port.linkState());
                return;
            } else {
                TestTraffic.idle();
            }
        }
    }
}
