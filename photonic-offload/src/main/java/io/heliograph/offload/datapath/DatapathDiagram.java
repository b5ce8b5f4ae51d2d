package io.heliograph.offload.datapath;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A drawing of a program as SVG: a box for each stage with its registers, counts, targets and actions, and a line for everything that feeds it. Stages stand behind what
 * feeds them, in rows; what goes back to an earlier stage is dashed, the layer that all stages look at is pale.
 */
public final class DatapathDiagram {

    private static final int BOX_WIDTH = 250;
    private static final int COLUMNS = 5;
    private static final int COLUMN_GAP = 70;
    private static final int ROW_GAP = 34;
    private static final int MARGIN = 30;
    private static final int TITLE = 50;
    private static final int LINE_HEIGHT = 15;
    private static final int PADDING = 9;
    private static final int CHARACTERS = 38;

    private static final String STYLE = """
            text { font-family: Menlo, Consolas, monospace; font-size: 11px; fill: #1f2933 }
            .title { font-size: 16px; font-weight: bold }
            .name { font-size: 13px; font-weight: bold }
            .kind { fill: #52606d }
            .port { font-size: 9px; fill: #7b8794 }
            rect { fill: #f5f7fa; stroke: #3e4c59; stroke-width: 1.2; rx: 5 }
            .light { fill: #fff3c4; stroke: #cb6e17 }
            path { fill: none; stroke: #3e4c59; stroke-width: 1.3 }
            .back { stroke: #ba2525; stroke-dasharray: 6 4 }
            .layer { stroke: #cbd2d9; stroke-width: 1 }
            """;

    /** Where a stage stands. */
    private record Box(int x, int y, int height, List<String> lines) {}

    private final DatapathProgram program;
    private final Map<String, Box> boxes = new HashMap<>();
    private int width;
    private int height;

    private DatapathDiagram(DatapathProgram program) {
        this.program = program;
        place();
    }

    /** Draws a program that was checked. */
    public static String svg(DatapathProgram program) {
        return new DatapathDiagram(program).draw();
    }

    private void place() {
        Map<String, Integer> ranks = new HashMap<>();
        Map<Integer, Integer> bottoms = new HashMap<>();
        Map<Integer, Integer> rowHeights = new HashMap<>();
        for (StageSpec stage : program.stages()) {
            int rank = 0;
            for (StageInput input : stage.inputs()) {
                Integer before = ranks.get(input.source());
                rank = before == null ? rank : Math.max(rank, before + 1);
            }
            ranks.put(stage.name(), rank);
            List<String> lines = lines(stage);
            int boxHeight = 2 * PADDING + (2 + lines.size()) * LINE_HEIGHT;
            int top = bottoms.getOrDefault(rank, 0);
            // Within its row; where the row begins is known when all are placed.
            boxes.put(stage.name(), new Box(MARGIN + rank % COLUMNS * (BOX_WIDTH + COLUMN_GAP), top, boxHeight, lines));
            bottoms.put(rank, top + boxHeight + ROW_GAP);
            rowHeights.merge(rank / COLUMNS, top + boxHeight, Math::max);
            width = Math.max(width, 2 * MARGIN + rank % COLUMNS * (BOX_WIDTH + COLUMN_GAP) + BOX_WIDTH);
        }
        int[] tops = new int[rowHeights.size() + 1];
        tops[0] = MARGIN + TITLE;
        for (int row = 0; row < rowHeights.size(); row++) {
            tops[row + 1] = tops[row] + rowHeights.getOrDefault(row, 0) + COLUMN_GAP;
        }
        height = tops[rowHeights.size()] + MARGIN;
        ranks.forEach((stage, rank) -> boxes.computeIfPresent(
                stage, (name, box) -> new Box(box.x(), box.y() + tops[rank / COLUMNS], box.height(), box.lines())));
    }

    private static List<String> lines(StageSpec stage) {
        List<String> lines = new ArrayList<>();
        stage.settings().keySet().stream()
                .sorted()
                .forEach(name -> lines.add(name + " " + numbers(stage.settings().getOrDefault(name, List.of()))));
        for (CountRule rule : stage.rules()) {
            lines.add(rule.name() + ": " + rule.event() + " = " + numbers(rule.targets()));
            lines.add("    -> " + String.join(", ", rule.actions()));
        }
        return lines;
    }

    private static String numbers(List<Integer> values) {
        List<String> texts = new ArrayList<>();
        for (int value : values) {
            texts.add(value == 0 && values.size() > 1 ? "-" : Integer.toString(value));
        }
        return String.join(" / ", texts);
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n",
                width,
                height,
                width,
                height));
        svg.append("<style>\n").append(STYLE).append("</style>\n");
        svg.append(
                "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\""
                        + " orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" style=\"fill:#3e4c59;stroke:none\"/></marker></defs>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" style=\"fill:#ffffff;stroke:none\"/>\n");
        text(
                svg,
                MARGIN,
                MARGIN + LINE_HEIGHT,
                "title",
                program.name() + ": " + shape() + ", " + program.lanes() + " lanes");
        // Pale lines first, so that the others cross above them.
        for (boolean layers : new boolean[] {true, false}) {
            for (StageSpec stage : program.stages()) {
                for (int k = 0; k < stage.inputs().size(); k++) {
                    StageInput input = stage.inputs().get(k);
                    StageSpec source = program.stage(input.source());
                    boolean layer = source != null && source.kind() == StageKind.DAG_LOADER;
                    if (layer == layers) {
                        edge(svg, stage, input, k, layer);
                    }
                }
            }
        }
        for (StageSpec stage : program.stages()) {
            box(svg, stage);
        }
        return svg.append("</svg>\n").toString();
    }

    private String shape() {
        StringBuilder shape = new StringBuilder().append(program.inputs().getFirst());
        for (int layer = 0; layer < program.layers(); layer++) {
            int window = program.windows().get(layer);
            shape.append("-").append(program.outputs().get(layer)).append(window == 1 ? "" : "/" + window);
        }
        return shape.toString();
    }

    private void edge(StringBuilder svg, StageSpec stage, StageInput input, int index, boolean layer) {
        Box from = boxes.get(input.source());
        Box to = boxes.get(stage.name());
        if (from == null || to == null) {
            return;
        }
        int x2 = to.x();
        int y2 = to.y() + PADDING + LINE_HEIGHT + index * LINE_HEIGHT;
        boolean back = program.stages().indexOf(stage) <= program.stages().indexOf(program.stage(input.source()));
        boolean beside = from.x() + BOX_WIDTH < x2 && Math.abs(from.y() - to.y()) < BOX_WIDTH;
        int x1 = beside ? from.x() + BOX_WIDTH : from.x() + BOX_WIDTH / 2;
        int y1 = beside ? from.y() + PADDING + LINE_HEIGHT : back ? from.y() : from.y() + from.height();
        int bend = back ? -COLUMN_GAP : COLUMN_GAP;
        String path = String.format(
                Locale.ROOT,
                "M%d %d C%d %d %d %d %d %d",
                x1,
                y1,
                beside ? x1 + COLUMN_GAP / 2 : x1,
                beside ? y1 : y1 + bend,
                x2 - COLUMN_GAP / 2,
                y2,
                x2,
                y2);
        String style = back ? "back" : layer ? "layer" : "word";
        svg.append(String.format(Locale.ROOT, "<path class=\"%s\" d=\"%s\" marker-end=\"url(#tip)\"/>%n", style, path));
        String label = input.port() + (input.delayCycles() > 0 ? " +" + input.delayCycles() : "");
        if (!layer) {
            text(svg, x2 - COLUMN_GAP + 12, y2 - 3, "port", label);
        }
    }

    private void box(StringBuilder svg, StageSpec stage) {
        Box box = boxes.get(stage.name());
        if (box == null) {
            return;
        }
        svg.append(String.format(
                Locale.ROOT,
                "<rect%s x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>%n",
                stage.kind() == StageKind.PHOTONIC_CORE ? " class=\"light\"" : "",
                box.x(),
                box.y(),
                BOX_WIDTH,
                box.height()));
        int y = box.y() + PADDING + LINE_HEIGHT - 3;
        text(svg, box.x() + PADDING, y, "name", stage.name());
        text(svg, box.x() + PADDING, y + LINE_HEIGHT, "kind", stage.kind().text());
        for (int k = 0; k < box.lines().size(); k++) {
            String line = box.lines().get(k);
            String shown = line.length() > CHARACTERS ? line.substring(0, CHARACTERS - 2) + ".." : line;
            text(svg, box.x() + PADDING, y + (k + 2) * LINE_HEIGHT, "rule", shown);
        }
    }

    private static void text(StringBuilder svg, int x, int y, String style, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" class=\"%s\" xml:space=\"preserve\">%s</text>%n",
                x,
                y,
                style,
                escaped));
    }
}
