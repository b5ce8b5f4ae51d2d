package io.heliograph.emulator.waveform;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeMap;

/** A reader of value change dumps, written from IEEE 1364-2005 clause 18.2 and not from the writer: refuses whatever the grammar does not have. */
final class Vcd {
    /** By scope and name, the value at each moment of change. */
    final Map<String, TreeMap<Long, Long>> signals = new LinkedHashMap<>();

    final Map<String, Integer> widths = new HashMap<>();
    String timescale = "";
    long endPs;

    private final Map<String, String> names = new HashMap<>();
    private final ArrayDeque<String> scopes = new ArrayDeque<>();

    static Vcd parse(String text) {
        Vcd vcd = new Vcd();
        StringTokenizer tokens = new StringTokenizer(text);
        vcd.declarations(tokens);
        vcd.changes(tokens);
        return vcd;
    }

    private void declarations(StringTokenizer tokens) {
        while (true) {
            String keyword = tokens.nextToken();
            switch (keyword) {
                case "$version", "$date", "$comment" -> rest(tokens);
                case "$timescale" -> timescale = rest(tokens);
                case "$scope" -> {
                    String[] words = rest(tokens).split(" ", -1);
                    require(words.length == 2 && "module".equals(words[0]), "scope");
                    scopes.addLast(words[1]);
                }
                case "$upscope" -> {
                    require(rest(tokens).isEmpty(), "upscope");
                    scopes.removeLast();
                }
                case "$var" -> variable(rest(tokens).split(" ", -1));
                case "$enddefinitions" -> {
                    require(rest(tokens).isEmpty() && scopes.isEmpty(), "enddefinitions");
                    return;
                }
                default -> throw new IllegalArgumentException("unknown keyword " + keyword);
            }
        }
    }

    private void variable(String[] words) {
        require(words.length >= 4 && "wire".equals(words[0]), "var");
        int width = Integer.parseInt(words[1]);
        require(words.length == (width == 1 ? 4 : 5), "range of a vector");
        require(width == 1 || words[4].equals("[" + (width - 1) + ":0]"), "range");
        String name = String.join(".", scopes) + "." + words[3];
        require(names.put(words[2], name) == null, "identifier used twice");
        require(signals.put(name, new TreeMap<>()) == null, "name used twice");
        widths.put(name, width);
    }

    private void changes(StringTokenizer tokens) {
        long nowPs = -1;
        boolean dumping = false;
        while (tokens.hasMoreTokens()) {
            String token = tokens.nextToken();
            char first = token.charAt(0);
            if (first == '#') {
                long next = Long.parseLong(token.substring(1));
                require(next > nowPs, "time goes on");
                nowPs = next;
            } else if ("$dumpvars".equals(token)) {
                dumping = true;
            } else if ("$end".equals(token)) {
                require(dumping, "end of nothing");
                dumping = false;
                signals.forEach((name, values) -> require(values.size() == 1, name + " not dumped"));
            } else if (first == 'b') {
                change(tokens.nextToken(), Long.parseUnsignedLong(token.substring(1), 2), token.length() - 1, nowPs);
            } else {
                require(first == '0' || first == '1', "value " + token);
                change(token.substring(1), first - '0', 1, nowPs);
            }
        }
        endPs = nowPs;
    }

    private void change(String identifier, long value, int digits, long nowPs) {
        String name = names.get(identifier);
        require(name != null && nowPs >= 0 && digits <= widths.getOrDefault(name, 0), "change of " + identifier);
        TreeMap<Long, Long> values = signals.get(name);
        require(values != null, "signal");
        if (values != null) {
            values.put(nowPs, value);
        }
    }

    private static String rest(StringTokenizer tokens) {
        StringBuilder words = new StringBuilder();
        for (String token = tokens.nextToken(); !"$end".equals(token); token = tokens.nextToken()) {
            words.append(words.isEmpty() ? "" : " ").append(token);
        }
        return words.toString();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("not a value change dump: " + what);
        }
    }
}
