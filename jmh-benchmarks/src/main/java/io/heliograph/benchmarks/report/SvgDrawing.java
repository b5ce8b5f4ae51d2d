package io.heliograph.benchmarks.report;

import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A drawing as SVG of boxes, lines and text, in pixels from the upper left corner; it needs no fonts on this machine. */
public final class SvgDrawing {
    private static final String STYLE =
            "text { font-family: Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2933 } .title { font-size: 17px }";

    private final int width;
    private final int height;
    private final StringBuilder body = new StringBuilder();

    /** An empty one with a title. */
    public SvgDrawing(String title, int width, int height) {
        this.width = width;
        this.height = height;
        body.append("<rect width=\"").append(width).append("\" height=\"").append(height);
        body.append("\" fill=\"white\"/>\n<text class=\"title\" x=\"16\" y=\"28\">");
        body.append(escaped(title)).append("</text>\n");
    }

    /** Where text begins, or ends. */
    public enum Anchor {
        /** It begins there. */
        START,
        /** It is centred. */
        MIDDLE,
        /** It ends there. */
        END
    }

    /**
     * A filled box.
     *
     * @param colour such as {@code #1d4ed8}
     * @param told shown when somebody points at it; none if empty
     */
    public SvgDrawing box(double x, double y, double w, double h, String colour, String told) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"",
                x,
                y,
                w,
                h,
                escaped(colour)));
        body.append(told.isEmpty() ? "/>\n" : "><title>" + escaped(told) + "</title></rect>\n");
        return this;
    }

    /** A thin line. */
    public SvgDrawing line(double x1, double y1, double x2, double y2, String colour) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                escaped(colour)));
        return this;
    }

    /** A line of text. */
    public SvgDrawing text(double x, double y, Anchor anchor, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">%s</text>%n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                escaped(text)));
        return this;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** The whole of it. */
    public String svg() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height
                + "\" viewBox=\"0 0 " + width + " " + height + "\">\n<style>" + STYLE + "</style>\n" + body
                + "</svg>\n";
    }

    /**
     * Writes it.
     *
     * @throws EnvironmentException if it cannot be written
     */
    public void write(Path file) {
        try {
            Files.writeString(file, svg());
        } catch (IOException e) {
            throw new EnvironmentException("cannot write " + file + ": " + e, e);
        }
    }
}
