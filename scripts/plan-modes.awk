# From the runs of an experiment, helio emulate --csv, to a plot of its modes:
# awk -v title=TITLE -v svg=FILE -f plan-modes.awk RUNS.csv
# Bars for the iteration time, the longest queue, and how many packets were trimmed, lost and sent again; times are the mean
# of all seeds, with a line from the least to the most.
BEGIN { FS = "," }

NR == 1 {
    for (i = 1; i <= NF; i++) column[$i] = i
    next
}

{
    mode = $column["mode"]
    if (!(mode in runs)) mode_at[modes++] = mode
    us = $column["job_us"] + 0
    if (!(mode in runs) || us < least[mode]) least[mode] = us
    if (us > most[mode]) most[mode] = us
    runs[mode]++
    sum[mode] += us
    sent[mode] += $column["data_sent"]
    trimmed[mode] += $column["trimmed"]
    lost[mode] += $column["dropped"]
    again[mode] += $column["retransmitted"]
    open[mode] += $column["unfinished"]
    if ($column["queue_max_bytes"] + 0 > queue[mode]) queue[mode] = $column["queue_max_bytes"] + 0
}

function text(x, y, anchor, what) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, what > svg
}

function bar(x, y, height, length_px, colour) {
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", x, y, length_px, height, colour > svg
}

function percent(part, mode) { return sent[mode] > 0 ? 100 * part / sent[mode] : 0 }

function part(which, mode) { return percent(which == 0 ? trimmed[mode] : which == 1 ? lost[mode] : again[mode], mode) }

END {
    for (m = 0; m < modes; m++) {
        mode = mode_at[m]
        if (most[mode] > top_us) top_us = most[mode]
        if (queue[mode] > top_queue) top_queue = queue[mode]
        for (p = 0; p < 3; p++) if (part(p, mode) > top_part) top_part = part(p, mode)
    }
    width = 1020
    height = 84 + 44 * modes
    split("#1d4ed8 #c2410c #15803d", colours, " ")
    split("trimmed lost again", parts, " ")
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", width, height, width, height > svg
    print "<style>text { font-family: Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2933 }</style>" > svg
    printf "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", width, height > svg
    printf "<text x=\"16\" y=\"28\" style=\"font-size: 17px\">%s</text>\n", title > svg
    text(140, 56, "start", "iteration time, us")
    text(470, 56, "start", "longest queue, KiB")
    text(720, 56, "start", "% of packets")
    for (p = 0; p < 3; p++) {
        bar(830 + 66 * p, 48, 8, 8, colours[p + 1])
        text(841 + 66 * p, 56, "start", parts[p + 1])
    }
    for (m = 0; m < modes; m++) {
        mode = mode_at[m]
        y = 70 + 44 * m
        mean = sum[mode] / runs[mode]
        text(132, y + 18, "end", mode)
        bar(140, y + 4, 20, top_us > 0 ? 210 * mean / top_us : 0, open[mode] > 0 ? "#9ca3af" : colours[1])
        printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#1f2933\" stroke-width=\"2\"/>\n", \
            140 + 210 * least[mode] / top_us, y + 14, 140 + 210 * most[mode] / top_us, y + 14 > svg
        text(146 + 210 * most[mode] / top_us, y + 18, "start", sprintf("%.0f%s", mean, open[mode] > 0 ? ", not over" : ""))
        bar(470, y + 4, 20, top_queue > 0 ? 170 * queue[mode] / top_queue : 0, colours[1])
        text(476 + (top_queue > 0 ? 170 * queue[mode] / top_queue : 0), y + 18, "start", sprintf("%.0f", queue[mode] / 1024))
        for (p = 0; p < 3; p++) {
            share = part(p, mode)
            bar(720, y + 11 * p, 9, top_part > 0 ? 220 * share / top_part : 0, colours[p + 1])
            if (share > 0) text(726 + 220 * share / top_part, y + 9 + 11 * p, "start", sprintf("%.2g", share))
        }
    }
    print "</svg>" > svg
}
