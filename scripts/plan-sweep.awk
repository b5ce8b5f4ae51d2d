# From the runs of scripts/plan-experiment --sweep, comma-separated with titles, to a Markdown table and a plot:
# awk -v what=AXIS -v title=TITLE -v svg=FILE -f plan-sweep.awk RUNS.csv
# A cell is the mean iteration time in us, the least and the most of all seeds if they differ, the longest queue, and how
# much was trimmed and lost.
BEGIN { FS = "," }

NR == 1 {
    for (i = 1; i <= NF; i++) column[$i] = i
    next
}

{
    value = $1
    mode = $column["mode"]
    if (!(value in place)) { place[value] = values; value_at[values++] = value }
    if (!(mode in row)) { row[mode] = modes; mode_at[modes++] = mode }
    key = value SUBSEP mode
    us = $column["job_us"] + 0
    if (!(key in runs) || us < least[key]) least[key] = us
    if (us > most[key]) most[key] = us
    runs[key]++
    sum[key] += us
    sent[key] += $column["data_sent"]
    trimmed[key] += $column["trimmed"]
    dropped[key] += $column["dropped"]
    open[key] += $column["unfinished"]
    if ($column["queue_max_bytes"] + 0 > queue[key]) queue[key] = $column["queue_max_bytes"] + 0
}

function percent(part, whole) { return whole > 0 ? sprintf("%.3f", 100 * part / whole) : "0" }

function x(at) { return values > 1 ? 90 + at * 620 / (values - 1) : 400 }

function y(figure) { return panel + 250 - (figure - base) * 220 / (scale - base) }

# Draws figure[], by value and mode, from panel on; and lines from low[] to high[] where ranges is 1.
function draw(caption, figure, low, high, ranges,    key, v, m, step, tick, top, bottom, colour, points) {
    top = 0
    bottom = ""
    for (key in figure) {
        if (high[key] > top) top = high[key]
        if (bottom == "" || low[key] < bottom) bottom = low[key]
    }
    scale = top > 0 ? top * 1.05 : 1
    # From 0, unless all would be close together then.
    base = bottom > 0 && top < 2 * bottom ? bottom * 0.8 : 0
    step = 0.001
    while ((scale - base) / step > 6) step *= (step ~ /2/) ? 2.5 : 2
    printf "<text x=\"90\" y=\"%d\">%s</text>\n", panel + 16, caption > svg
    for (tick = step * int((base + step * 0.999) / step); tick <= scale; tick += step) {
        printf "<line x1=\"90\" y1=\"%.1f\" x2=\"710\" y2=\"%.1f\" stroke=\"#e4e7eb\"/>\n", y(tick), y(tick) > svg
        printf "<text x=\"82\" y=\"%.1f\" text-anchor=\"end\">%.6g</text>\n", y(tick) + 4, tick > svg
    }
    for (v = 0; v < values; v++) {
        printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x(v), panel + 268, value_at[v] > svg
    }
    for (m = 0; m < modes; m++) {
        colour = colours[m % 8 + 1]
        points = ""
        for (v = 0; v < values; v++) {
            key = value_at[v] SUBSEP mode_at[m]
            if (!(key in figure)) continue
            points = points sprintf("%.1f,%.1f ", x(v), y(figure[key]))
            if (ranges) printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x(v), y(low[key]), \
                x(v), y(high[key]), colour > svg
            printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s at %s: %.4g</title></circle>\n", \
                x(v), y(figure[key]), colour, mode_at[m], value_at[v], figure[key] > svg
        }
        printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, colour > svg
    }
}

END {
    printf "| %s |", what
    for (m = 0; m < modes; m++) printf " %s |", mode_at[m]
    printf "\n| --- |"
    for (m = 0; m < modes; m++) printf " --- |"
    print ""
    for (v = 0; v < values; v++) {
        printf "| %s |", value_at[v]
        for (m = 0; m < modes; m++) {
            key = value_at[v] SUBSEP mode_at[m]
            if (!(key in runs)) { printf " |"; continue }
            range = most[key] - least[key] >= 1 ? sprintf(" (%.0f to %.0f)", least[key], most[key]) : ""
            printf " %s%.0f%s, %.0f KiB, %s %% trimmed", (open[key] > 0 ? "not over at " : ""), sum[key] / runs[key], range, \
                queue[key] / 1024, percent(trimmed[key], sent[key])
            if (dropped[key] > 0) printf ", %s %% lost", percent(dropped[key], sent[key])
            printf " |"
        }
        print ""
    }
    for (key in runs) {
        mean[key] = sum[key] / runs[key]
        kib[key] = queue[key] / 1024
        share[key] = sent[key] > 0 ? 100 * (trimmed[key] + dropped[key]) / sent[key] : 0
    }
    split("#1d4ed8 #c2410c #15803d #7e22ce #b45309 #0e7490 #be123c #4d7c0f", colours, " ")
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"970\" viewBox=\"0 0 900 970\">" > svg
    print "<style>text { font-family: Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2933 }</style>" > svg
    print "<rect width=\"900\" height=\"970\" fill=\"white\"/>" > svg
    printf "<text x=\"16\" y=\"28\" style=\"font-size: 17px\">%s</text>\n", title > svg
    for (m = 0; m < modes; m++) {
        printf "<rect x=\"730\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>\n", 86 + 20 * m, colours[m % 8 + 1] > svg
        printf "<text x=\"752\" y=\"%d\">%s</text>\n", 92 + 20 * m, mode_at[m] > svg
    }
    panel = 50
    draw("iteration time, us", mean, least, most, 1)
    panel = 350
    draw("longest queue, KiB", kib, kib, kib, 0)
    panel = 650
    draw("packets trimmed or lost, in a hundred", share, share, share, 0)
    printf "<text x=\"400\" y=\"950\" text-anchor=\"middle\">%s</text>\n", what > svg
    print "</svg>" > svg
}
