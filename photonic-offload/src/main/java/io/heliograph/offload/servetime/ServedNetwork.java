package io.heliograph.offload.servetime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network as vector products: layers with those that must be done before them.
 *
 * @param name as in the paper
 * @param inputBytes of a request
 * @param layers each behind those it waits for
 */
public record ServedNetwork(String name, long inputBytes, List<Layer> layers) {

    /**
     * One layer.
     *
     * @param length of a vector product
     * @param products of the layer
     * @param after places of the layers that it waits for
     */
    public record Layer(long length, long products, List<Integer> after) {
        /** Keeps its own list. */
        public Layer {
            after = List.copyOf(after);
        }

        /** Products of at least so many elements; shorter ones are put together. */
        Layer atLeast(long elements) {
            return length >= elements
                    ? this
                    : new Layer(elements, Math.ceilDiv(Math.multiplyExact(length, products), elements), after);
        }
    }

    /** Refuses a layer that waits for a later one. */
    public ServedNetwork {
        layers = List.copyOf(layers);
        for (int k = 0; k < layers.size(); k++) {
            for (int before : layers.get(k).after()) {
                if (before < 0 || before >= k) {
                    throw new IllegalArgumentException(
                            "a layer waits for a later one: network=" + name + " layer=" + k);
                }
            }
        }
    }

    /** Multiplications of a request. */
    public long multiplications() {
        long total = 0;
        for (Layer layer : layers) {
            total += Math.multiplyExact(layer.length(), layer.products());
        }
        return total;
    }

    /** The same with products of at least so many elements. */
    ServedNetwork atLeast(long elements) {
        return new ServedNetwork(
                name,
                inputBytes,
                layers.stream().map(layer -> layer.atLeast(elements)).toList());
    }

    /** LeNet-300-100; not among the mixed ones. */
    public static ServedNetwork lenet() {
        return new Chain().dense(784, 300).dense(300, 100).dense(100, 10).named("LeNet-300-100", 98);
    }

    /** The seven networks of the paper's mixed traffic, in its order. */
    public static List<ServedNetwork> mixed() {
        return List.of(
                alexNet(),
                resNet18(),
                vgg("VGG-16", 2, 2, 3, 3, 3),
                vgg("VGG-19", 2, 2, 4, 4, 4),
                bert(),
                gpt2(),
                dlrm());
    }

    private static final long IMAGE_BYTES = 224 * 224 * 3;

    private static ServedNetwork alexNet() {
        return new Chain()
                .convolution(3, 11, 64, 55)
                .convolution(64, 5, 192, 27)
                .convolution(192, 3, 384, 13)
                .convolution(384, 3, 256, 13)
                .convolution(256, 3, 256, 13)
                .dense(256 * 6 * 6, 4096)
                .dense(4096, 4096)
                .dense(4096, 1000)
                .named("AlexNet", IMAGE_BYTES);
    }

    /** Four stages of two blocks; projections of the shortcuts come one after the other, as in the published simulation. */
    private static ServedNetwork resNet18() {
        Chain chain = new Chain().convolution(3, 7, 64, 112);
        int channels = 64;
        for (int stage = 0; stage < 4; stage++) {
            int to = 64 << stage;
            int side = 56 >> stage;
            chain.convolution(channels, 3, to, side).convolution(to, 3, to, side);
            if (to != channels) {
                chain.convolution(channels, 1, to, side);
            }
            chain.convolution(to, 3, to, side).convolution(to, 3, to, side);
            channels = to;
        }
        return chain.dense(512, 1000).named("ResNet-18", IMAGE_BYTES);
    }

    private static ServedNetwork vgg(String name, int... stages) {
        Chain chain = new Chain();
        int channels = 3;
        for (int stage = 0; stage < stages.length; stage++) {
            int to = Math.min(512, 64 << stage);
            for (int k = 0; k < stages[stage]; k++) {
                chain.convolution(channels, 3, to, 224 >> stage);
                channels = to;
            }
        }
        return chain.dense(25_088, 4096).dense(4096, 4096).dense(4096, 1000).named(name, IMAGE_BYTES);
    }

    private static ServedNetwork bert() {
        Chain chain = new Chain().dense(29_056, 1024);
        for (int encoder = 0; encoder < 24; encoder++) {
            chain.encoder(16, 512, 1024);
        }
        return chain.named("BERT", 512 * 10);
    }

    private static ServedNetwork gpt2() {
        Chain chain = new Chain().dense(50_257, 1600).beside(1024, 1600);
        for (int encoder = 0; encoder < 48; encoder++) {
            chain.encoder(25, 1024, 1600);
        }
        return chain.dense(1600, 1024L * 50_257).named("GPT-2", 1024 * 10);
    }

    private static ServedNetwork dlrm() {
        long[] tables = {
            9_980_333, 36_084, 17_217, 7_378, 20_134, 3, 7_112, 1_442, 61, 9_758_201, 1_333_352, 313_829, 10, 2_208,
            11_156, 122, 4, 970, 14, 11_156, 7_267_859, 9_946_608, 415_421, 12_420, 101, 36
        };
        Chain chain = new Chain();
        List<Integer> joined = new ArrayList<>();
        for (long rows : tables) {
            joined.add(chain.add(rows, 64, List.of()));
        }
        int bottom = chain.add(13, 512, List.of());
        bottom = chain.add(512, 256, List.of(bottom));
        joined.add(chain.add(256, 64, List.of(bottom)));
        int top = chain.add(415, 512, joined);
        for (int[] layer : new int[][] {{512, 512}, {512, 256}, {256, 1}}) {
            top = chain.add(layer[0], layer[1], List.of(top));
        }
        return chain.named("DLRM", 512 * 10);
    }

    /** Layers one behind the other, some side by side. */
    private static final class Chain {
        private final List<Layer> layers = new ArrayList<>();
        private List<Integer> last = List.of();

        int add(long length, long products, List<Integer> after) {
            layers.add(new Layer(length, products, after));
            return layers.size() - 1;
        }

        Chain dense(long inputs, long outputs) {
            last = List.of(add(inputs, outputs, last));
            return this;
        }

        /** Beside the first one. */
        Chain beside(long inputs, long outputs) {
            List<Integer> both = new ArrayList<>(last);
            both.add(add(inputs, outputs, List.of()));
            last = both;
            return this;
        }

        Chain convolution(long channels, long kernel, long outChannels, long side) {
            last = List.of(add(kernel * kernel, channels * outChannels * side * side, last));
            return this;
        }

        /** Attention of several heads, its projection, and two dense layers. */
        Chain encoder(int heads, long tokens, long width) {
            List<Integer> joined = new ArrayList<>();
            for (int head = 0; head < heads; head++) {
                int queries = add(width, tokens * width / heads, last);
                int keys = add(width, tokens * width / heads, last);
                int headValues = add(width, tokens * width / heads, last);
                int scores = add(width / heads, tokens * tokens, Arrays.asList(queries, keys));
                joined.add(add(tokens, tokens * width / heads, Arrays.asList(headValues, scores)));
            }
            last = joined;
            return dense(width, tokens * width).dense(width, tokens * width * 4).dense(width * 4, tokens * width);
        }

        ServedNetwork named(String name, long inputBytes) {
            return new ServedNetwork(name, inputBytes, layers);
        }
    }
}
