# Runs LIGHTNING's own emulation of LeNet-300-100 (rtl/tb/lightning_emulator.py of its public sources) and prints
# inferences per second of processor time: lightning_emulation.py CHECKOUT WEIGHTS IMAGES LABELS COUNT
# Needs numpy. The weights are those that 'helio' reads, fc_N_OUTxIN.f32le.bin; images and labels are IDX, by gzip.
import glob
import gzip
import os
import re
import sys
import time

import numpy as np

checkout, weights, images, labels, count = sys.argv[1:6]
count = int(count)
sys.path.insert(0, os.path.join(checkout, "rtl", "tb"))
from lightning_emulator import emulate_lightning  # noqa: E402
from lightning_tensorizer import RescaleData  # noqa: E402

layers = []
for path in sorted(glob.glob(os.path.join(weights, "fc_*.f32le.bin"))):
    outputs, inputs = map(int, re.search(r"_(\d+)x(\d+)\.", path).groups())
    layers.append(np.fromfile(path, dtype="<f4").astype(float).reshape(outputs, inputs))
scaled, _ = RescaleData(layers, 8)
flat, signs = [], []
for layer in scaled:
    padded = np.pad(np.array(layer), ((0, 0), (0, -layer.shape[1] % 16)))
    flat.append([int(w) for w in np.abs(padded).ravel()])
    signs.append([bool(w >= 0) for w in padded.ravel()])
with gzip.open(images) as file:
    pixels = np.frombuffer(file.read(), dtype=np.uint8)[16:].reshape(-1, 784)
with gzip.open(labels) as file:
    expected = np.frombuffer(file.read(), dtype=np.uint8)[8:]

right = 0
started = time.process_time()
for image in range(count):
    sums = emulate_lightning([int(p) for p in pixels[image]], flat, signs, False)[-1]
    right += int(np.argmax(sums) == expected[image])
seconds = time.process_time() - started
print(f"LIGHTNING's emulation (Python): {count / seconds:.2f} inferences per second of processor time, "
      f"{1e6 * seconds / count:.0f} usec each, {100 * right / count:.2f} % of {count} images right")
