package io.heliograph.offload.graph;

import java.util.List;

/**
 * A network in float as a graph, each operator behind those whose values it takes; the first is the query and the last the answer.
 *
 * @param name for people
 * @param operators one after the other
 */
public record LayerGraph(String name, List<Operator> operators) {

    /** The most values that all operators of a graph may give together. */
    public static final long MOST_VALUES = 1L << 28;

    /** Refuses an operator that takes what does not fit it. */
    public LayerGraph {
        operators = List.copyOf(operators);
        long values = 0;
        for (Operator operator : operators) {
            values += operator.outputs();
        }
        if (values > MOST_VALUES) {
            throw new IllegalArgumentException(
                    "a query makes too many values: name=" + name + " values=" + values + " most=" + MOST_VALUES);
        }
        if (operators.isEmpty() || !(operators.getFirst() instanceof Operator.Input)) {
            throw new IllegalArgumentException("a graph begins with its input: name=" + name);
        }
        for (int k = 1; k < operators.size(); k++) {
            Operator operator = operators.get(k);
            switch (operator) {
                case Operator.Input _ -> throw new IllegalArgumentException("two inputs: name=" + name);
                case Operator.Linear o ->
                    check(operators, k, o.source(), o.window().inputs());
                case Operator.Relu o -> check(operators, k, o.source(), o.outputs());
                case Operator.MaxPool o ->
                    check(operators, k, o.source(), o.window().inputs());
                case Operator.AveragePool o ->
                    check(operators, k, o.source(), o.window().inputs());
                case Operator.Softmax o -> check(operators, k, o.source(), o.outputs());
                case Operator.Add o -> {
                    check(operators, k, o.left(), o.outputs());
                    check(operators, k, o.right(), o.outputs());
                }
            }
            if (operator instanceof Operator.Softmax && k < operators.size() - 1) {
                throw new IllegalArgumentException("softmax is not the last: operator=" + operator.name());
            }
        }
    }

    private static void check(List<Operator> operators, int at, int source, int values) {
        if (source < 0 || source >= at || operators.get(source).outputs() != values) {
            throw new IllegalArgumentException("an operator does not fit: operator="
                    + operators.get(at).name() + " values=" + values + " given="
                    + (source < 0 || source >= at ? 0 : operators.get(source).outputs()));
        }
    }

    /** Values of a query. */
    public int inputs() {
        return operators.getFirst().outputs();
    }

    /** Values of an answer. */
    public int outputs() {
        return operators.getLast().outputs();
    }
}
