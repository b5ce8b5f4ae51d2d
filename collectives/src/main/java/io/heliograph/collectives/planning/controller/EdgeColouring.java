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
    private static final int EDGE_SHIFT = 32;
    private static final int VERTEX_SHIFT = 16;
    private static final int VERTEX_MASK = 0xFFFF;

    private final int vertices;
    private final int colours;
    private final int[] left;
    private final int[] right;
    private final int[] colour;
    private final int[] degrees;
    /** Edges in the order of their colours so far: number above left vertex above right vertex. */
    private final long[] order;

    private final long[] spare;
    /** The edges next to each edge of a part on its trail, at its left and at its right end; both are numbered from 1 on within the part, and 0 is none. */
    private final int[] partners;
    /** The edge of each vertex that has no partner yet, 0 if there is none. */
    private final int[] single;

    private final byte[] half;
    private final int[] path;
    /** The edge of each colour at each vertex, those on the right behind those on the left. */
    private final int[] edgeAt;

    private int edges;

    /**
     * A graph without edges.
     *
     * @param vertices on either side, numbered from 0; at most 65,536
     * @param colours at least 1
     * @param maxEdges most edges
     */
    public EdgeColouring(int vertices, int colours, int maxEdges) {
        this.vertices = vertices;
        this.colours = colours;
        left = new int[maxEdges];
        right = new int[maxEdges];
        colour = new int[maxEdges];
        order = new long[maxEdges];
        spare = new long[maxEdges];
        partners = new int[2 * maxEdges + 2];
        half = new byte[maxEdges + 1];
        path = new int[2 * vertices];
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
            order[i] = (long) i << EDGE_SHIFT | (long) left[i] << VERTEX_SHIFT | right[i];
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
                colour[(int) (order[i] >>> EDGE_SHIFT)] = first;
            }
            return;
        }
        pair(from, to);
        for (int edge = 1; edge <= to - from; edge++) {
            if (half[edge] == NONE) {
                half[edge] = 0;
                walk(edge, 0);
                walk(edge, 1);
            }
        }
        int middle = part(from, to);
        split(from, middle, first, count / 2);
        split(middle, to, first + count / 2, count / 2);
    }

    /**
     * Pairs the edges of each vertex; at most one of them stays alone. What follows from edge to edge are trails, those that are closed of even length since the graph is bipartite. Without branches that a processor would guess wrongly half of the
     * time: what is written for edge 0 nobody reads.
     */
    private void pair(int from, int to) {
        Arrays.fill(single, 0);
        for (int i = from; i < to; i++) {
            int edge = i - from + 1;
            int leftVertex = (int) (order[i] >>> VERTEX_SHIFT) & VERTEX_MASK;
            int rightVertex = vertices + ((int) order[i] & VERTEX_MASK);
            int other = single[leftVertex];
            partners[2 * edge] = other;
            partners[2 * other] = edge;
            single[leftVertex] = other == 0 ? edge : 0;
            other = single[rightVertex];
            partners[2 * edge + 1] = other;
            partners[2 * other + 1] = edge;
            single[rightVertex] = other == 0 ? edge : 0;
            half[edge] = NONE;
        }
    }

    /** Edges of a trail go to either half in turn. */
    private void walk(int start, int firstSide) {
        int edge = start;
        int side = firstSide;
        byte to = half[start];
        while (true) {
            edge = partners[2 * edge + side];
            if (edge == 0 || half[edge] != NONE) {
                return;
            }
            to ^= 1;
            half[edge] = to;
            side ^= 1;
        }
    }

    /** Moves the first half to the front; each edge is written to both ends, and counts at one of them. */
    private int part(int from, int to) {
        int ones = 0;
        int middle = from;
        for (int i = from; i < to; i++) {
            long edge = order[i];
            int isOne = half[i - from + 1];
            order[middle] = edge;
            spare[ones] = edge;
            middle += 1 - isOne;
            ones += isOne;
        }
        System.arraycopy(spare, 0, order, middle, ones);
        return middle;
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
            path[length++] = edge;
            at = at >= vertices ? left[edge] : vertices + right[edge];
            by = by == first ? second : first;
        }
        for (int i = 0; i < length; i++) {
            int edge = path[i];
            edgeAt[left[edge] * colours + colour[edge]] = NONE;
            edgeAt[(vertices + right[edge]) * colours + colour[edge]] = NONE;
        }
        for (int i = 0; i < length; i++) {
            put(path[i], colour[path[i]] == first ? second : first);
        }
    }

    private void put(int edge, int value) {
        colour[edge] = value;
        edgeAt[left[edge] * colours + value] = edge;
        edgeAt[(vertices + right[edge]) * colours + value] = edge;
    }
}
