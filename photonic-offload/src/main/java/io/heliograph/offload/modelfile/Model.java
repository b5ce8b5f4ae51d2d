package io.heliograph.offload.modelfile;

import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.QuantizedNetwork;

/** What a model file holds, in integers. */
public sealed interface Model {

    /** For people. */
    String name();

    /** Bytes of a query. */
    int inputs();

    /** Sums of an answer. */
    int outputs();

    /** Multiplications of a query. */
    long multiplications();

    /** A chain of dense layers: it runs on the datapath. */
    record Chain(QuantizedNetwork network) implements Model {
        @Override
        public String name() {
            return network.name();
        }

        @Override
        public int inputs() {
            return network.inputs();
        }

        @Override
        public int outputs() {
            return network.outputs();
        }

        @Override
        public long multiplications() {
            return network.multiplications();
        }
    }

    /**
     * A graph that no datapath runs: its integer semantics are computed straight.
     *
     * @param obstacle what the datapath cannot do, with the operator
     */
    record Graph(QuantizedGraph graph, String obstacle) implements Model {
        @Override
        public String name() {
            return graph.graph().name();
        }

        @Override
        public int inputs() {
            return graph.graph().inputs();
        }

        @Override
        public int outputs() {
            return graph.graph().outputs();
        }

        @Override
        public long multiplications() {
            return graph.multiplications();
        }
    }
}
