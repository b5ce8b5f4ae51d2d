# What goes into LIGHTNING's RTL and what comes out, for scripts/compare-rtl:
#   lightning_rtl.py memory IMAGES COUNT      prints the contents of its image memory (IDX images by gzip)
#   lightning_rtl.py check OUTPUT CSV         holds its sums and cycles against those of 'helio infer --exact --csv'
import csv
import gzip
import re
import sys

WORDS = 49  # of 16 pixels, 28 x 28 in all
PREAMBLE_ADDRESS = 49_000


def memory(images, count):
    with gzip.open(images) as file:
        pixels = file.read()[16:]
    for word in range(count * WORDS):
        lanes = pixels[16 * word : 16 * (word + 1)]
        print(f"init_data[{word}] = 256'h" + "".join(f"{128 * lane:04X}" for lane in reversed(lanes)) + ";")
    print(f"init_data[{PREAMBLE_ADDRESS}] = 256'h" + "8000" * 8 + "FFFF" * 8 + ";")


def check(output, expected):
    with open(expected) as file:
        rows = list(csv.DictReader(file))
    wrong = checked = 0
    with open(output) as file:
        runs = re.split(r"^image \d+$", file.read(), flags=re.MULTILINE)[1:]
    for run, row in zip(runs, rows):
        # The RTL prints the sums after it has added what makes the largest of them fit its table of logarithms.
        prescaler = int(re.search(r"prescaler\s+(-?\d+)", run).group(1))
        sums = [(int(x, 16) - prescaler + 0x8000) % 0x10000 - 0x8000 for x in re.findall(r"^1, 0,\s+\d+, (\w+)", run, re.MULTILINE)]
        latencies = [int(x) for x in re.findall(r"latency \(clock cycles\):\s+(\d+)", run)]
        ours = [int(row[f"s{i}"]) for i in range(10)], [int(row[name]) for name in ("overall", "compute", "datapath")]
        checked += 1
        if (sums, latencies) != ours:
            wrong += 1
            print(f"image {row['image']}: RTL {sums} {latencies}, ours {ours[0]} {ours[1]}")
    print(f"sums and cycles: {checked - wrong} of {checked} images as the RTL has them")
    sys.exit(1 if wrong or not checked else 0)


if sys.argv[1:2] == ["memory"]:
    memory(sys.argv[2], int(sys.argv[3]))
else:
    check(sys.argv[2], sys.argv[3])
