package io.heliograph.collectives.planning.rates;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/** The linear program of the least iteration: the length of each free part, and which part of each demand is sent when, so that no link carries more than it can in any part. Solved by ojAlgo's simplex method. */
final class LinearProgram {
    private static final double NS_PER_UNIT = 1e3;
    private static final double LEAST_SEND_NS = 2_000;

    private final LinearParts parts;
    private final List<LinearDemand> demands;
    /** How long each link needs for each demand alone; none where it is not on the way. */
    private final double[][] linkNs;

    private final List<List<Integer>> active = new ArrayList<>();

    /** The solution: lengths of parts in nanoseconds, and the part of each demand in each part of time. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Solution(double[] lengthsNs, double[][] sent) {}

    LinearProgram(LinearParts parts, FabricRoutes fabric, Margins margins) {
        this.parts = parts;
        demands = parts.demands();
        linkNs = new double[demands.size()][];
        for (int demand = 0; demand < linkNs.length; demand++) {
            linkNs[demand] = linkNs(demands.get(demand), fabric, margins);
        }
        for (int part = 0; part < parts.count(); part++) {
            List<Integer> here = new ArrayList<>();
            for (int demand = 0; demand < linkNs.length; demand++) {
                if (demands.get(demand).mayBeSentIn(part) && !parts.alternates(part)) {
                    here.add(demand);
                }
            }
            active.add(here);
        }
    }

    private static double[] linkNs(LinearDemand demand, FabricRoutes fabric, Margins margins) {
        double[] ns = new double[fabric.links()];
        demand.bytes().forEach((flow, bytes) -> {
            FabricRoutes.Route route = fabric.route(flow);
            for (int i = 0; i < route.links().length; i++) {
                int link = route.links()[i];
                double rate = fabric.rateBitsPerSecond(link) * (1 - margins.headroom());
                ns[link] += Wire.ns(Wire.bytes(bytes) * route.parts()[i], rate);
            }
        });
        double most = 0;
        for (double each : ns) {
            most = Math.max(most, each);
        }
        // A slot takes at least so long: what is missing is waiting, like latency.
        double floorNs = Math.max(0, LEAST_SEND_NS - most) + demand.latencyNs();
        for (int link = 0; link < ns.length; link++) {
            ns[link] = ns[link] > 0 ? (ns[link] + floorNs) * (1 + margins.slack()) : 0;
        }
        return ns;
    }

    /** Variables that it has. */
    long size() {
        long size = 0;
        for (int part = 0; part < parts.count(); part++) {
            size += active.get(part).size() + (LinearParts.isFree(part) ? 1 : 0);
        }
        return size;
    }

    /** The rows of links that count in a part: how long they need for each of its demands. */
    private List<double[]> rows(int part) {
        ParetoRows rows = new ParetoRows();
        List<Integer> here = active.get(part);
        int links = here.isEmpty() ? 0 : linkNs[here.getFirst()].length;
        for (int link = 0; link < links; link++) {
            double[] row = new double[here.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = linkNs[here.get(i)][link];
            }
            rows.add(row);
        }
        return rows.rows();
    }

    /** Solves it; nothing if the solver does not get to the end. */
    Optional<Solution> solve() {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        List<Map<Integer, Variable>> sent = new ArrayList<>();
        for (LinearDemand demand : demands) {
            sent.add(variables(model, demand, sent.size()));
        }
        List<List<double[]>> rows = new ArrayList<>();
        for (int part = 0; part < parts.count(); part++) {
            rows.add(rows(part));
            constrain(model, part, rows.getLast(), sent);
        }
        for (int demand = 0; demand < demands.size(); demand++) {
            constrain(model, demands.get(demand), sent.get(demand), demand);
        }
        Optimisation.Result result = model.minimise();
        return result.getState().isOptimal() ? Optional.of(solution(sent, rows)) : Optional.empty();
    }

    /** By part which part of a demand is sent in it. */
    private Map<Integer, Variable> variables(ExpressionsBasedModel model, LinearDemand demand, int number) {
        Map<Integer, Variable> variables = new LinkedHashMap<>();
        for (int part = demand.first(); part <= demand.last(); part++) {
            if (!parts.alternates(part)) {
                variables.put(
                        part,
                        model.newVariable("sent" + number + "in" + part)
                                .lower(0)
                                .upper(1));
            }
        }
        return variables;
    }

    /** No link carries more in a part than its length allows. */
    private void constrain(
            ExpressionsBasedModel model, int part, List<double[]> rows, List<Map<Integer, Variable>> sent) {
        List<Integer> here = active.get(part);
        Optional<Variable> length = LinearParts.isFree(part) && !here.isEmpty()
                ? Optional.of(model.newVariable("length" + part).lower(0).weight(1))
                : Optional.empty();
        for (int i = 0; i < rows.size(); i++) {
            Expression load = model.newExpression("link" + i + "in" + part);
            for (int k = 0; k < here.size(); k++) {
                Variable variable = sent.get(here.get(k)).get(part);
                if (variable != null) {
                    load.set(variable, rows.get(i)[k] / NS_PER_UNIT);
                }
            }
            if (length.isPresent()) {
                load.set(length.get(), -1).upper(0);
            } else {
                load.upper(parts.fixedNs(part) / NS_PER_UNIT);
            }
        }
    }

    /** A demand is sent when it is released and due, and whole at the end. */
    private static void constrain(
            ExpressionsBasedModel model, LinearDemand demand, Map<Integer, Variable> sent, int number) {
        for (int part = demand.first(); part <= demand.last(); part++) {
            boolean isLast = part == demand.last();
            boolean isDue = part == demand.dueAt();
            if (isLast || isDue || nextIsMore(demand, part)) {
                Expression sum = model.newExpression("sum" + number + "at" + part);
                int end = part;
                sent.forEach((at, variable) -> {
                    if (at <= end) {
                        sum.set(variable, 1);
                    }
                });
                if (isLast) {
                    sum.level(1);
                } else {
                    sum.upper(demand.released()[part - demand.first()]);
                    sum.lower(isDue ? demand.due() : 0);
                }
            }
        }
    }

    /** Of parts with the same released part the last one binds them all. */
    private static boolean nextIsMore(LinearDemand demand, int part) {
        int place = part - demand.first();
        return demand.released()[place + 1] > demand.released()[place];
    }

    /** What the solver rounds is put right: a free part is as long as its links need, and a fixed part carries no more than it can. */
    private Solution solution(List<Map<Integer, Variable>> sent, List<List<double[]>> rows) {
        double[] lengthsNs = new double[parts.count()];
        double[][] parted = new double[sent.size()][parts.count()];
        for (int demand = 0; demand < parted.length; demand++) {
            double[] of = parted[demand];
            sent.get(demand)
                    .forEach((part, variable) ->
                            of[part] = Math.clamp(variable.getValue().doubleValue(), 0, 1));
        }
        for (int part = 0; part < lengthsNs.length; part++) {
            List<Integer> here = active.get(part);
            double neededNs = 0;
            for (double[] row : rows.get(part)) {
                double ns = 0;
                for (int k = 0; k < row.length; k++) {
                    ns += row[k] * parted[here.get(k)][part];
                }
                neededNs = Math.max(neededNs, ns);
            }
            lengthsNs[part] = LinearParts.isFree(part) ? neededNs : parts.fixedNs(part);
            if (neededNs > lengthsNs[part]) {
                for (int demand : here) {
                    parted[demand][part] *= lengthsNs[part] / neededNs;
                }
            }
        }
        return new Solution(lengthsNs, parted);
    }
}
