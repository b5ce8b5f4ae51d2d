package io.heliograph.offload.graph;

/**
 * A window that slides over the rows and columns of all channels. A dense layer is a window of 1 x 1 over 1 x 1 with a channel for each input.
 *
 * <p>Values lie channel by channel, row by row, as ONNX has them (NCHW). What lies on the padding counts as 0, or for a maximum as nothing.
 *
 * @param channels of the input
 * @param height of the input in rows
 * @param width of the input in columns
 * @param kernelHeight rows that the window takes
 * @param kernelWidth columns that it takes
 * @param strideY rows from one position to the next
 * @param strideX columns from one position to the next
 * @param dilationY rows from one row of the window to its next
 * @param dilationX columns from one column of the window to its next
 * @param padTop rows of padding above
 * @param padLeft columns of padding before
 * @param padBottom rows of padding below
 * @param padRight columns of padding behind
 */
public record Window(
        int channels,
        int height,
        int width,
        int kernelHeight,
        int kernelWidth,
        int strideY,
        int strideX,
        int dilationY,
        int dilationX,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight) {

    /** Refuses a window that fits nowhere. */
    public Window {
        boolean sensible = channels >= 1
                && height >= 1
                && width >= 1
                && kernelHeight >= 1
                && kernelWidth >= 1
                && strideY >= 1
                && strideX >= 1
                && dilationY >= 1
                && dilationX >= 1
                && padTop >= 0
                && padLeft >= 0
                && padBottom >= 0
                && padRight >= 0;
        if (!sensible
                || positions(height, kernelHeight, strideY, dilationY, padTop + padBottom) < 1
                || positions(width, kernelWidth, strideX, dilationX, padLeft + padRight) < 1) {
            throw new IllegalArgumentException("no such window: input=" + channels + "x" + height + "x" + width
                    + " kernel=" + kernelHeight + "x" + kernelWidth + " strides=" + strideY + "," + strideX
                    + " dilations=" + dilationY + "," + dilationX + " pads=" + padTop + "," + padLeft + "," + padBottom
                    + "," + padRight);
        }
    }

    /** The window of a dense layer. */
    public static Window dense(int inputs) {
        return new Window(inputs, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
    }

    private static int positions(int size, int kernel, int stride, int dilation, int padding) {
        int free = size + padding - dilation * (kernel - 1) - 1;
        return free < 0 ? 0 : free / stride + 1;
    }

    /** Positions from top to bottom. */
    public int outHeight() {
        return positions(height, kernelHeight, strideY, dilationY, padTop + padBottom);
    }

    /** Positions from left to right. */
    public int outWidth() {
        return positions(width, kernelWidth, strideX, dilationX, padLeft + padRight);
    }

    /** Positions in all. */
    public int positions() {
        return outHeight() * outWidth();
    }

    /** Values of the input. */
    public int inputs() {
        return channels * height * width;
    }

    /** The row of the input under a row of the window, or -1 on the padding. */
    public int row(int position, int kernelRow) {
        int row = position * strideY - padTop + kernelRow * dilationY;
        return row < height ? Math.max(-1, row) : -1;
    }

    /** The column of the input under a column of the window, or -1 on the padding. */
    public int column(int position, int kernelColumn) {
        int column = position * strideX - padLeft + kernelColumn * dilationX;
        return column < width ? Math.max(-1, column) : -1;
    }
}
