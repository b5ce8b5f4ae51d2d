package io.heliograph.collectives.planning.controller;

import java.util.Arrays;

/**
 * Colours the edges of a bipartite multigraph so that no two edges of a colour share a vertex, with any number of colours that is at least the greatest degree (König 1916).
 *
 * <p>Euler splits part the edges in two halves, in which each vertex has half of its edges, rounded up; parted so often that the greatest degree's next power of two is used up, what remains are matchings (Gabow 1976; Fastpass,
 * section 4). If that power is more than there are colours, the edges of those too many are coloured one by one: with a colour that is free at both ends, or after two colours changed places along the path that begins at one end.
 *
 * <p>One thread. Only the constructor allocates.
 */
public final class EdgeColouring {
    private static final int NONE = -1;

    private final int vertices;
    private final int colours;
    private final int[] left;
    private final int[] right;
    private final int[] colour;
    private final int[] degrees;
    private final int[] order;
    private final int[] spare;
    /** The edge next to each on its trail, at its left and at its right end. */
    private final int[] leftPartner;

    private final int[] rightPartner;
    private final int[] single;
    private final byte[] half;
    /** The edge of each colour at each vertex, those on the right behind those on the left. */
    private final int[] edgeAt;

    private int edges;

    /**
     * A graph without edges.
     *
     * @param vertices on either side, numbered from 0
     * @param colours at least 1
     * @param maxEdges most edges
     */
    public EdgeColouring(int vertices, int colours, int maxEdges) {
        this.vertices = vertices;
        this.colours = colours;
        left = new int[maxEdges];
        right = new int[maxEdges];
        colour = new int[maxEdges];
        order = new int[maxEdges];
        spare = new int[maxEdges];
        leftPartner = new int[maxEdges];
        rightPartner = new int[maxEdges];
        half = new byte[maxEdges];
        degrees = new int[2 * vertices];
        single = new int[2 * vertices];
        edgeAt = new int[2 * vertices * colours];
    }

    /** Forgets all edges. */
    public void clear() {
        edges = 0;
        Arrays.fill(degrees, 0);
    }

    /** Adds an edge; they are numbered from 0. */
    public void add(int leftVertex, int rightVertex) {
        left[edges] = leftVertex;
        right[edges] = rightVertex;
        degrees[leftVertex]++;
        degrees[vertices + rightVertex]++;
        edges++;
    }

    /** Edges added. */
    public int edges() {
        return edges;
    }

    /** The colour of an edge after {@link #colour()}, 0 to colours - 1. */
    public int colour(int edge) {
        return colour[edge];
    }

    /**
     * Colours all edges.
     *
     * @throws IllegalStateException if a vertex has more edges than there are colours
     */
    public void colour() {
        int degree = 0;
        for (int each : degrees) {
            degree = Math.max(degree, each);
        }
        if (degree > colours) {
            throw new IllegalStateException("colouring: greatest degree=" + degree + "; at most colours=" + colours);
        }
        for (int i = 0; i < edges; i++) {
            order[i] = i;
        }
        int powerOfTwo = degree <= 1 ? 1 : Integer.highestOneBit(degree - 1) << 1;
        split(0, edges, 0, powerOfTwo);
        if (powerOfTwo > colours) {
            mend();
        }
    }

    /** Gives the edges from one place of the order to another the colours from {@code first} on. */
    private void split(int from, int to, int first, int count) {
        if (count == 1 || to - from <= 1) {
            for (int i = from; i < to; i++) {
                colour[order[i]] = first;
            }
            return;
        }
        pair(from, to);
        for (int i = from; i < to; i++) {
            int edge = order[i];
            if (half[edge] == NONE) {
                half[edge] = 0;
                walk(edge, leftPartner, rightPartner);
                walk(edge, rightPartner, leftPartner);
            }
        }
        int ones = 0;
        int middle = from;
        for (int i = from; i < to; i++) {
            int edge = order[i];
            if (half[edge] == 0) {
                order[middle++] = edge;
            } else {
                spare[ones++] = edge;
            }
        }
        System.arraycopy(spare, 0, order, middle, ones);
        split(from, middle, first, count / 2);
        split(middle, to, first + count / 2, count / 2);
    }

    /** Pairs the edges of each vertex; at most one of them stays alone. What follows from edge to edge are trails, those that are closed of even length since the graph is bipartite. */
    private void pair(int from, int to) {
        Arrays.fill(single, NONE);
        for (int i = from; i < to; i++) {
            int edge = order[i];
            half[edge] = NONE;
            pairAt(left[edge], edge, leftPartner);
            pairAt(vertices + right[edge], edge, rightPartner);
        }
    }

    private void pairAt(int vertex, int edge, int[] partner) {
        int other = single[vertex];
        partner[edge] = other;
        if (other == NONE) {
            single[vertex] = edge;
        } else {
            partner[other] = edge;
            single[vertex] = NONE;
        }
    }

    /** Edges of a trail go to either half in turn. */
    private void walk(int start, int[] first, int[] second) {
        int edge = start;
        int[] by = first;
        int[] then = second;
        while (true) {
            int following = by[edge];
            if (following == NONE || half[following] != NONE) {
                return;
            }
            half[following] = (byte) (1 - half[edge]);
            edge = following;
            int[] swap = by;
            by = then;
            then = swap;
        }
    }

    /** Colours anew the edges whose colours there are not. */
    private void mend() {
        Arrays.fill(edgeAt, NONE);
        for (int edge = 0; edge < edges; edge++) {
            if (colour[edge] < colours) {
                put(edge, colour[edge]);
            }
        }
        for (int edge = 0; edge < edges; edge++) {
            if (colour[edge] >= colours) {
                mend(edge);
            }
        }
    }

    private void mend(int edge) {
        int atLeft = left[edge] * colours;
        int atRight = (vertices + right[edge]) * colours;
        int freeLeft = NONE;
        int freeRight = NONE;
        for (int each = 0; each < colours; each++) {
            boolean leftFree = edgeAt[atLeft + each] == NONE;
            boolean rightFree = edgeAt[atRight + each] == NONE;
            if (leftFree && rightFree) {
                put(edge, each);
                return;
            }
            freeLeft = leftFree ? each : freeLeft;
            freeRight = rightFree ? each : freeRight;
        }
        exchange(right[edge], freeLeft, freeRight);
        put(edge, freeLeft);
    }

    /**
     * Two colours change places along the path that begins at a right vertex with the first of them, of which it has no second. It does not get to the left vertex that lacks the first: to the left it always goes by that colour.
     */
    private void exchange(int rightVertex, int first, int second) {
        int length = 0;
        int at = vertices + rightVertex;
        int by = first;
        while (edgeAt[at * colours + by] != NONE) {
            int edge = edgeAt[at * colours + by];
            spare[length++] = edge;
            at = at >= vertices ? left[edge] : vertices + right[edge];
            by = by == first ? second : first;
        }
        for (int i = 0; i < length; i++) {
            int edge = spare[i];
            edgeAt[left[edge] * colours + colour[edge]] = NONE;
            edgeAt[(vertices + right[edge]) * colours + colour[edge]] = NONE;
        }
        for (int i = 0; i < length; i++) {
            put(spare[i], colour[spare[i]] == first ? second : first);
        }
    }

    private void put(int edge, int value) {
        colour[edge] = value;
        edgeAt[left[edge] * colours + value] = edge;
        edgeAt[(vertices + right[edge]) * colours + value] = edge;
    }
}
