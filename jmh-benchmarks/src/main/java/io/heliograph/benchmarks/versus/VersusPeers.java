package io.heliograph.benchmarks.versus;

import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.RunFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** WRITEs and all peers over one veth pair, in turns, first clean and then with loss: goodput of each, and what loss leaves of it. */
public final class VersusPeers {

    /** What UCX and libfabric call large, and fi_pingpong's rxd takes without rendezvous trouble. */
    private static final long MESSAGE_BYTES = 65_536;

    private static final int FRAME_BYTES = 1_514;

    private final Ours ours;
    private final Link link;
    private final Veth veth;
    private final List<Peer> peers;
    private final int rounds;
    private final double seconds;
    private final double loss;
    private final PrintWriter out;
    private final BiConsumer<String, Map<String, Double>> results;

    private String lossBy = "";

    /**
     * @param results takes each series: its name, then median, least and greatest of clean and lossy goodput
     */
    public VersusPeers(
            Ours ours,
            Link link,
            Veth veth,
            List<Peer> peers,
            int rounds,
            double seconds,
            double loss,
            PrintWriter out,
            BiConsumer<String, Map<String, Double>> results) {
        this.ours = ours;
        this.link = link;
        this.veth = veth;
        this.peers = List.copyOf(peers);
        this.rounds = rounds;
        this.seconds = seconds;
        this.loss = loss;
        this.out = out;
        this.results = results;
    }

    /** Measures and prints. */
    public void run() throws IOException, InterruptedException {
        List<Double> ourClean = new ArrayList<>();
        List<Double> ourLossy = new ArrayList<>();
        Map<Peer, List<Double>> clean = new EnumMap<>(Peer.class);
        Map<Peer, List<Double>> lossy = new EnumMap<>(Peer.class);
        for (int round = 0; round < rounds; round++) {
            ourClean.add(ours.run(link, FRAME_BYTES, MESSAGE_BYTES, seconds, "").gbitPerSecond());
            ourLossy.add(ours.run(link, FRAME_BYTES, MESSAGE_BYTES, seconds, "loss=" + loss)
                    .gbitPerSecond());
            all(clean);
            losing(lossy);
        }
        out.println(lossBy);
        Table table = new Table(
                out,
                new Column("veth, MTU 1500", "%s", -22),
                Column.of("clean[Gb/sec]", "%.3f"),
                Column.of("least", "%.3f"),
                Column.of("greatest", "%.3f"),
                Column.of("ours/theirs", "%.2f"),
                Column.of(String.format(Locale.ROOT, "%.3g %% loss", 100 * loss), "%.3f"),
                Column.of("kept[%]", "%.1f"));
        table.printTitles();
        double reference = ratios(ourClean).median();
        row(table, "ours, AF_XDP", ourClean, ourLossy, reference);
        for (Peer peer : peers) {
            List<Double> theirs = clean.getOrDefault(peer, List.of());
            if (!theirs.isEmpty()) {
                row(table, peer.title(), theirs, lossy.getOrDefault(peer, List.of()), reference);
            }
        }
    }

    private void losing(Map<Peer, List<Double>> lossy) throws IOException, InterruptedException {
        Veth.LossBy by;
        try {
            by = veth.lose(loss);
        } catch (RunFailure e) {
            lossBy = "with loss, peers were skipped: " + e.getMessage();
            return;
        }
        lossBy = "loss: peers' by " + by.name().toLowerCase(Locale.ROOT)
                + ", ours by the fault injector in front of our port";
        try {
            all(lossy);
        } finally {
            veth.loseNone(by, loss);
        }
    }

    private void all(Map<Peer, List<Double>> series) throws IOException, InterruptedException {
        for (Peer peer : peers) {
            try {
                series.computeIfAbsent(peer, _ -> new ArrayList<>()).add(peer.measure(veth, seconds, MESSAGE_BYTES));
            } catch (RunFailure e) {
                out.println(peer.title() + " has no figure in this round: " + e.getMessage());
            }
        }
    }

    private void row(Table table, String name, List<Double> clean, List<Double> lossy, double reference) {
        Ratios rate = ratios(clean);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("cleanGbitPerSecond", rate.median());
        values.put("leastGbitPerSecond", rate.least());
        values.put("greatestGbitPerSecond", rate.greatest());
        values.put("oursOverTheirs", reference / rate.median());
        if (lossy.isEmpty()) {
            table.printRow(name, rate.median(), rate.least(), rate.greatest(), reference / rate.median(), "-", "-");
        } else {
            double left = ratios(lossy).median();
            values.put("lossyGbitPerSecond", left);
            values.put("keptShare", left / rate.median());
            table.printRow(
                    name,
                    rate.median(),
                    rate.least(),
                    rate.greatest(),
                    reference / rate.median(),
                    left,
                    100 * left / rate.median());
        }
        results.accept(name, values);
    }

    private static Ratios ratios(List<Double> values) {
        return Ratios.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
