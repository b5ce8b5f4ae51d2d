package io.heliograph.emulator.topology;

import io.heliograph.emulator.fabric.FabricBuilder;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.input.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a text file lists it, one thing a line; what follows a {@code #} is a comment.
 *
 * <pre>
 * default rate=100Gbps delay=1us     what links have whose line does not say
 * host a                             a host; they are numbered in this order
 * switch s0                          a switch
 * node n0                            a host with a switch of its own, n0.switch, in the same box: a server of a direct-connect network
 * link a s0 rate=400Gbps delay=500ns ber=1e-12 fer=1e-9
 * </pre>
 *
 * <p>A link of a node is one of its switch; between the two is a link of 8 Tbit/s without delay. Rates are in bps, Kbps, Mbps, Gbps or Tbps (or b/s and so on), times in ps, ns, us or ms; {@code ber} and {@code fer} are the error rates of
 * {@link LinkConfig}. Frames go by fewest links, over all paths that are equal in that. Errors name the file and the line.
 */
public final class GraphFile {
    private static final LinkConfig INSIDE_A_BOX = LinkConfig.of(8_000_000_000_000L, 0);

    private final String file;
    private final SwitchConfig config;
    /** What to do to a builder, line by line, once all lines were found right. */
    private final List<Step> steps = new ArrayList<>();
    /** What cables are joined to: by name, the name of the builder's node. */
    private final Map<String, String> ends = new HashMap<>();

    private LinkConfig defaults = LinkConfig.of(100_000_000_000L, 1_000_000);
    private int hosts;
    private int line;

    private interface Step {
        void apply(FabricBuilder builder, Map<String, Integer> nodes);
    }

    private GraphFile(String file, SwitchConfig config) {
        this.file = file;
        this.config = config;
    }

    /**
     * Reads a file.
     *
     * @param config of all its switches
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is wrong, with its number, or there is no host
     */
    public static Topology read(Path file, SwitchConfig config) throws IOException {
        return parse(file.toString(), Files.readAllLines(file), config);
    }

    /** The same for lines that are there already; {@code file} is what errors call them. */
    public static Topology parse(String file, List<String> lines, SwitchConfig config) {
        GraphFile graph = new GraphFile(file, config);
        for (String each : lines) {
            graph.line++;
            int comment = each.indexOf('#');
            String text = (comment < 0 ? each : each.substring(0, comment)).strip();
            if (!text.isEmpty()) {
                graph.take(text.split("\\s+"));
            }
        }
        if (graph.hosts == 0) {
            throw graph.refused("no host; write a line such as: host a");
        }
        List<Step> steps = List.copyOf(graph.steps);
        return builder -> {
            Map<String, Integer> nodes = new HashMap<>();
            for (Step step : steps) {
                step.apply(builder, nodes);
            }
        };
    }

    private void take(String[] words) {
        switch (words[0]) {
            case "default" -> defaults = options(words, 1);
            case "host" -> takeHost(name(words));
            case "switch" -> takeSwitch(name(words));
            case "node" -> takeNode(name(words));
            case "link" -> takeLink(words);
            default -> throw refused("unknown word: " + words[0] + "; known are default, host, switch, node and link");
        }
    }

    private String name(String[] words) {
        if (words.length != 2) {
            throw refused(words[0] + " takes one name, here are " + (words.length - 1));
        }
        if (ends.containsKey(words[1])) {
            throw refused("name is taken: " + words[1]);
        }
        return words[1];
    }

    private void takeHost(String name) {
        ends.put(name, name);
        hosts++;
        steps.add((builder, nodes) -> nodes.put(name, builder.host(name)));
    }

    private void takeSwitch(String name) {
        ends.put(name, name);
        steps.add((builder, nodes) -> nodes.put(name, builder.electricalSwitch(name, config)));
    }

    private void takeNode(String name) {
        String inside = name + ".switch";
        if (ends.containsKey(inside)) {
            throw refused("name is taken: " + inside);
        }
        ends.put(name, inside);
        ends.put(inside, inside);
        hosts++;
        steps.add((builder, nodes) -> {
            int host = builder.host(name);
            int own = builder.electricalSwitch(inside, config);
            nodes.put(inside, own);
            builder.cable(host, own, INSIDE_A_BOX);
        });
    }

    private void takeLink(String[] words) {
        if (words.length < 3) {
            throw refused("link takes two names");
        }
        String one = end(words[1]);
        String other = end(words[2]);
        if (one.equals(other)) {
            throw refused("link from " + words[1] + " to itself");
        }
        LinkConfig link = options(words, 3);
        steps.add((builder, nodes) -> builder.cable(node(nodes, one), node(nodes, other), link));
    }

    private static int node(Map<String, Integer> nodes, String name) {
        Integer node = nodes.get(name);
        if (node == null) {
            throw new IllegalStateException("node was listed and not made: name=" + name);
        }
        return node;
    }

    private String end(String name) {
        String end = ends.get(name);
        if (end == null) {
            throw refused("no such node above this line: " + name);
        }
        return end;
    }

    private LinkConfig options(String[] words, int from) {
        long rate = defaults.rateBitsPerSecond();
        long delayPs = defaults.delayPs();
        double bitErrors = defaults.bitErrorRate();
        double frameErrors = defaults.frameErrorRate();
        for (int i = from; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String key = equals < 0 ? words[i] : words[i].substring(0, equals);
            String value = equals < 0 ? "" : words[i].substring(equals + 1);
            switch (key) {
                case "rate" -> rate = quantity(value, Units.RATES);
                case "delay" -> delayPs = quantity(value, Units.TIMES_PS);
                case "ber" -> bitErrors = number(value);
                case "fer" -> frameErrors = number(value);
                default -> throw refused("unknown option: " + words[i] + "; known are rate=, delay=, ber= and fer=");
            }
        }
        try {
            return new LinkConfig(rate, delayPs, bitErrors, frameErrors);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ":" + line + ": " + e.getMessage(), e);
        }
    }

    private double number(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(file + ":" + line + ": not a number: " + value, e);
        }
    }

    private long quantity(String value, Units units) {
        try {
            return units.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ":" + line + ": " + e.getMessage(), e);
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(file + ":" + line + ": " + why);
    }
}
