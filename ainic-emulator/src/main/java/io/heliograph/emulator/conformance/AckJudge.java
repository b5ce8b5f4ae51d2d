package io.heliograph.emulator.conformance;

import io.heliograph.emulator.conformance.Arrivals.Arrived;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Whether SACKs together tell of exactly the packets that were accepted, however a device divides them. */
final class AckJudge {
    private record FlowKey(int peer, long engine) {}

    private record ToldKey(int peer, long engine, long incarnation) {}

    private final Bench bench;
    private final Arrivals arrivals;
    private final Map<String, Long> names;
    private final Set<FlowKey> senders = new HashSet<>();
    private final Map<FlowKey, NavigableSet<Long>> acknowledged = new HashMap<>();
    private final Map<ToldKey, TreeSet<Long>> everTold = new HashMap<>();

    AckJudge(Bench bench, Arrivals arrivals, Map<String, Long> names) {
        this.bench = bench;
        this.arrivals = arrivals;
        this.names = names;
    }

    /** An engine of a peer sends: it may be answered from now on. */
    void sender(int peer, long engine) {
        senders.add(new FlowKey(peer, engine));
    }

    /** Whether a SACK says only what is known already. */
    boolean isRepetition(int peer, WirePacket sack) {
        NavigableSet<Long> known = acknowledged.get(new FlowKey(peer, sack.get(PacketField.TO_ENGINE)));
        return known != null && known.containsAll(SackBits.told(sack));
    }

    void judge(Step.Ack ack) {
        int to = (int) ack.to().value(names);
        NavigableSet<Long> wanted = ack.told().make(names);
        long engine = ack.engine().value(names);
        acknowledged.put(new FlowKey(to, engine), wanted);
        TreeSet<Long> told = new TreeSet<>();
        boolean any = false;
        boolean matched = false;
        String lastWrong = "";
        int lastNumber = bench.trace().size();
        long untilNs = bench.device.nowNs() + bench.device.patienceNs();
        List<Arrived> held = new ArrayList<>();
        for (Arrived came = arrivals.next(to, WireKind.SACK, untilNs);
                came != null;
                came = arrivals.next(to, WireKind.SACK, untilNs)) {
            WirePacket sack = came.packet();
            if (sack.get(PacketField.TO_ENGINE) != engine) {
                requireSender(to, came);
                held.add(came);
                continue;
            }
            any = true;
            NavigableSet<Long> these = SackBits.told(sack);
            checkTruth(ack, wanted, these, came);
            TreeSet<Long> ever = everTold.computeIfAbsent(
                    new ToldKey(to, engine, sack.get(PacketField.DST)), none -> new TreeSet<>());
            ever.addAll(these);
            told.addAll(ever);
            String wrong = ack.packet().mismatch(sack, names);
            matched |= wrong.isEmpty();
            if (!wrong.isEmpty()) {
                lastWrong = wrong;
                lastNumber = came.number();
            }
            if (matched && told.containsAll(wanted)) {
                // All is said; what comes besides, comes soon.
                untilNs = Math.min(untilNs, bench.device.nowNs() + bench.device.settleNs());
            }
        }
        arrivals.of(to, WireKind.SACK).addAll(held);
        if (!any || !told.containsAll(wanted)) {
            TreeSet<Long> missing = new TreeSet<>(wanted);
            missing.removeAll(told);
            throw new BrokenRuleException(
                    ack.rule(),
                    bench.trace().size(),
                    (any
                                    ? "PSNs that were accepted are not acknowledged: " + missing
                                    : "expected a SACK, but none came")
                            + " (" + ack.where() + ")");
        }
        if (!matched) {
            throw new BrokenRuleException(
                    ack.rule(), lastNumber, "no SACK is as it must be: " + lastWrong + " (" + ack.where() + ")");
        }
    }

    private void requireSender(int to, Arrived came) {
        if (!senders.contains(new FlowKey(to, came.packet().get(PacketField.TO_ENGINE)))) {
            throw new BrokenRuleException(
                    "R10.2", came.number(), "a SACK for an engine that sent nothing: " + came.packet());
        }
    }

    private static void checkTruth(Step.Ack ack, NavigableSet<Long> wanted, NavigableSet<Long> these, Arrived came) {
        TreeSet<Long> lies = new TreeSet<>(these);
        lies.removeAll(wanted);
        if (!lies.isEmpty()) {
            throw new BrokenRuleException(
                    ack.rule(),
                    came.number(),
                    "acknowledges PSN " + lies.getFirst() + ", which was not accepted: " + came.packet() + " ("
                            + ack.where() + ")");
        }
    }
}
