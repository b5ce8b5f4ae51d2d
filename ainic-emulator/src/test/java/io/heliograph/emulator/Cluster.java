package io.heliograph.emulator;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.host.Host;
import io.heliograph.emulator.host.HostApplication;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * An endpoint at every host of a fabric, all over one piece of memory, and flows between them: each is some posts, and over when the last of them is acknowledged.
 */
public final class Cluster implements AutoCloseable {
    private static final int POLL_LIMIT = 64;

    private final Fabric fabric;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Host[] hosts;
    private final MemoryRegion[] regions;
    private long[] completedPs = new long[16];
    private int[] postsLeft = new int[16];
    private int flows;
    private int open;
    private int failed;

    /** Endpoints with a window; {@code change} may set more. */
    public Cluster(Fabric fabric, long memoryBytes, long cyclePs, UnaryOperator<EndpointConfig> change) {
        this.fabric = fabric;
        memory = arena.allocate(memoryBytes, 64);
        hosts = new Host[fabric.hosts()];
        regions = new MemoryRegion[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            EndpointConfig config = change.apply(
                    EndpointConfig.of(HostAddresses.ipv4(i)).withIncarnation(1).withWorkQueues(1));
            hosts[i] = Host.open(fabric, i, config, new SeededRandom(i + 1L), cyclePs, new Polling());
            regions[i] = hosts[i].endpoint().register(memory, MemoryRegion.REMOTE_WRITE);
        }
    }

    /** Polls and takes note of what completed. */
    private final class Polling implements HostApplication, CompletionHandler {
        @Override
        public void run(Host host, long nowPs) {
            int polled;
            do {
                polled = host.endpoint().poll(this, POLL_LIMIT);
            } while (polled == POLL_LIMIT);
        }

        @Override
        public void onCompletion(Completion completion) {
            if (completion.kind() != Completion.WRITE) {
                return;
            }
            int flow = (int) completion.cookie();
            failed += completion.status() == CompletionStatus.SUCCESS ? 0 : 1;
            if (--postsLeft[flow] == 0) {
                completedPs[flow] = fabric.time().nowPs();
                if (--open == 0) {
                    fabric.time().stop();
                }
            }
        }
    }

    public Host host(int number) {
        return hosts[number];
    }

    /** Fills the memory with a pattern. */
    public void fill() {
        for (long i = 0; i < memory.byteSize(); i++) {
            NativeMemory.putByte(memory.address() + i, (byte) (i * 31 + (i >> 8)));
        }
    }

    /** Posts a flow at once, in posts of at most {@code postBytes}, all from and to the beginning of the memory; returns its number. */
    public int flow(int from, int to, long lengthBytes, long postBytes) {
        int flow = flows++;
        if (flow == postsLeft.length) {
            postsLeft = Arrays.copyOf(postsLeft, 2 * flow);
            completedPs = Arrays.copyOf(completedPs, 2 * flow);
        }
        completedPs[flow] = EventQueue.NEVER;
        open++;
        int peer = hosts[from].endpoint().addPeer(HostAddresses.ipv4(to));
        for (long left = lengthBytes; left > 0; left -= postBytes) {
            int code = hosts[from]
                    .endpoint()
                    .write(
                            0,
                            peer,
                            regions[from],
                            0,
                            Math.min(left, postBytes),
                            regions[to].address(),
                            regions[to].key(),
                            flow);
            if (code != Post.OK) {
                throw new IllegalStateException(Post.describe(code));
            }
            postsLeft[flow]++;
        }
        hosts[from].wake();
        return flow;
    }

    /** Lets time pass until all flows are over; returns whether they were by {@code endPs}. */
    public boolean run(long endPs) {
        if (open > 0) {
            fabric.time().runUntil(endPs);
        }
        return open == 0;
    }

    public int flows() {
        return flows;
    }

    public int openFlows() {
        return open;
    }

    /** Posts that did not end with success. */
    public int failed() {
        return failed;
    }

    /** When a flow was over. */
    public long completedPs(int flow) {
        return completedPs[flow];
    }

    /** The same of all flows, sorted. */
    public long[] completedPs() {
        long[] sorted = Arrays.copyOf(completedPs, flows);
        Arrays.sort(sorted);
        return sorted;
    }

    /** The sum of a counter over all endpoints. */
    public long count(EndpointCounter counter) {
        long sum = 0;
        for (Host host : hosts) {
            sum += host.endpoint().counters().get(counter);
        }
        return sum;
    }

    public long cycles() {
        long sum = 0;
        for (Host host : hosts) {
            sum += host.cycles();
        }
        return sum;
    }

    @Override
    public void close() {
        for (Host host : hosts) {
            host.close();
        }
        fabric.close();
        arena.close();
    }
}
