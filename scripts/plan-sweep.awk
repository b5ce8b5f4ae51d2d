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
    if (us > top) top = us
    if (bottom == "" || us < bottom) bottom = us
}

function percent(part, whole) { return whole > 0 ? sprintf("%.3f", 100 * part / whole) : "0" }

function x(at) { return values > 1 ? 90 + at * 620 / (values - 1) : 400 }

function y(us) { return 380 - (us - base) * 320 / (scale - base) }

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
    scale = top > 0 ? top * 1.05 : 1
    split("#1d4ed8 #c2410c #15803d #7e22ce #b45309 #0e7490 #be123c #4d7c0f", colours, " ")
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"440\" viewBox=\"0 0 900 440\">" > svg
    print "<style>text { font-family: Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2933 }</style>" > svg
    print "<rect width=\"900\" height=\"440\" fill=\"white\"/>" > svg
    printf "<text x=\"16\" y=\"28\" style=\"font-size: 17px\">%s</text>\n", title > svg
    # From 0, unless all would be close together then.
    base = top < 2 * bottom ? bottom * 0.8 : 0
    step = 1
    while ((scale - base) / step > 8) step *= (step ~ /^2/) ? 2.5 : 2
    for (us = step * int((base + step - 1) / step); us <= scale; us += step) {
        printf "<line x1=\"90\" y1=\"%.1f\" x2=\"710\" y2=\"%.1f\" stroke=\"#e4e7eb\"/>\n", y(us), y(us) > svg
        printf "<text x=\"82\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n", y(us) + 4, us > svg
    }
    for (v = 0; v < values; v++) {
        printf "<text x=\"%.1f\" y=\"400\" text-anchor=\"middle\">%s</text>\n", x(v), value_at[v] > svg
    }
    printf "<text x=\"400\" y=\"424\" text-anchor=\"middle\">%s</text>\n", what > svg
    for (m = 0; m < modes; m++) {
        colour = colours[m % 8 + 1]
        points = ""
        for (v = 0; v < values; v++) {
            key = value_at[v] SUBSEP mode_at[m]
            if (!(key in runs)) continue
            points = points sprintf("%.1f,%.1f ", x(v), y(sum[key] / runs[key]))
            printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", x(v), y(least[key]), \
                x(v), y(most[key]), colour > svg
            printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s at %s: %.1f us</title></circle>\n", \
                x(v), y(sum[key] / runs[key]), colour, mode_at[m], value_at[v], sum[key] / runs[key] > svg
        }
        printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, colour > svg
        printf "<rect x=\"730\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>\n", 66 + 20 * m, colour > svg
        printf "<text x=\"752\" y=\"%d\">%s</text>\n", 72 + 20 * m, mode_at[m] > svg
    }
    print "</svg>" > svg
}
