package io.heliograph.offload.servetime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * One accelerator serves one schedule of requests. Virtual time in its cycles.
 *
 * <p>A request waits for the datapath, then its layers run, each when all that it waits for are done; a layer's products are dealt to the cores in turn, behind what these have. Batch 1.
 */
final class ServeSimulation {

    /** When a request arrives, and for what. */
    record Arrival(ServedNetwork network, long atNs) {}

    /** A layer that may begin, or has ended; recent ones first among those of one moment and request. */
    private record Event(double at, int request, long batch, int order, int layer, boolean ends) {}

    private static final Comparator<Event> IN_TURN = Comparator.comparingDouble(Event::at)
            .thenComparingInt(Event::request)
            .thenComparing(Comparator.comparingLong(Event::batch).reversed())
            .thenComparingInt(Event::order);

    private final Accelerator accelerator;
    private final List<Arrival> arrivals;
    private final long granularity;
    private final CoreSchedule cores;
    private final PriorityQueue<Event> events = new PriorityQueue<>(IN_TURN);
    /** By identity: a network has thousands of layers to compare. */
    private final IdentityHashMap<ServedNetwork, Plan> plans = new IdentityHashMap<>();

    private final Map<Integer, int[]> waiting = new HashMap<>();
    private final Map<Integer, int[]> left = new HashMap<>();
    private final Map<String, List<Double>> serveNs = new HashMap<>();
    private long batches;

    /** A network in the products that are dealt, and who waits for whom. */
    private record Plan(ServedNetwork network, List<List<Integer>> followers) {}

    ServeSimulation(Accelerator accelerator, List<Arrival> arrivals, long granularity) {
        this.accelerator = accelerator;
        this.arrivals = List.copyOf(arrivals);
        this.granularity = granularity;
        cores = new CoreSchedule(accelerator.cores());
    }

    /**
     * Serves until the first so many requests are done.
     *
     * @return serve times in nanoseconds of all that are done by then, by network
     */
    Map<String, List<Double>> serve(int requests) {
        int arrived = 0;
        int outstanding = requests;
        while (outstanding > 0) {
            double due = arrived < arrivals.size() ? arrivalCycle(arrived) : Double.POSITIVE_INFINITY;
            Event event = events.peek();
            // At one moment, what belongs to an earlier request comes first.
            if (arrived < arrivals.size() && (event == null || due < event.at())) {
                begin(arrived++, due);
                continue;
            }
            if (event == null) {
                throw new IllegalStateException("requests are left that nothing serves: left=" + outstanding);
            }
            events.remove();
            if (event.ends()) {
                outstanding -= end(event) && event.request() < requests ? 1 : 0;
            } else {
                ServedNetwork.Layer layer =
                        plan(event.request()).network().layers().get(event.layer());
                double done = cores.deal(event.at(), layer.products(), (double) layer.length());
                events.add(new Event(done, event.request(), batches++, 0, event.layer(), true));
            }
        }
        return serveNs;
    }

    private double arrivalCycle(int request) {
        return Math.ceil(arrivals.get(request).atNs() * accelerator.clockGhz());
    }

    private void begin(int request, double now) {
        ServedNetwork network = plan(request).network();
        int[] counts = new int[network.layers().size()];
        double ready = now + Math.ceil(accelerator.datapathNs(network.name()) * accelerator.clockGhz());
        long batch = batches++;
        for (int layer = 0; layer < counts.length; layer++) {
            counts[layer] = network.layers().get(layer).after().size();
            if (counts[layer] == 0) {
                events.add(new Event(ready, request, batch, layer, layer, false));
            }
        }
        waiting.put(request, counts);
        left.put(request, new int[] {counts.length});
    }

    /** Whether the request is done. */
    private boolean end(Event event) {
        int[] counts = waiting.get(event.request());
        int[] open = left.get(event.request());
        if (counts == null || open == null) {
            throw new IllegalStateException("a layer of no request: request=" + event.request());
        }
        long batch = batches++;
        int order = 0;
        for (int follower : plan(event.request()).followers().get(event.layer())) {
            if (--counts[follower] == 0) {
                events.add(new Event(event.at(), event.request(), batch, order++, follower, false));
            }
        }
        if (--open[0] > 0) {
            return false;
        }
        waiting.remove(event.request());
        left.remove(event.request());
        double ns = (event.at() - arrivalCycle(event.request())) / accelerator.clockGhz();
        serveNs.computeIfAbsent(arrivals.get(event.request()).network().name(), _ -> new ArrayList<>())
                .add(ns);
        return true;
    }

    private Plan plan(int request) {
        return plans.computeIfAbsent(arrivals.get(request).network(), network -> {
            ServedNetwork dealt = network.atLeast(granularity);
            List<List<Integer>> followers = new ArrayList<>();
            for (int layer = 0; layer < dealt.layers().size(); layer++) {
                followers.add(new ArrayList<>());
                for (int before : dealt.layers().get(layer).after()) {
                    followers.get(before).add(layer);
                }
            }
            return new Plan(dealt, followers);
        });
    }
}
