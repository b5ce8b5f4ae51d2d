package io.heliograph.offload;

import static org.junit.jupiter.api.Assumptions.abort;

import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.LightningWeights;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** LIGHTNING's published weights and MNIST's test images; looked for beside the checkout, because they are not part of this repository. */
public final class SharedData {

    private static final Path DATA = Path.of("shared", "data");

    private SharedData() {}

    /** The weights of LeNet-300-100; ends the test as skipped if they are not there. */
    public static QuantizedNetwork lenet(Arena arena) throws IOException {
        return LightningWeights.load(find("lightning"), arena);
    }

    /** The 10,000 test images and their labels; ends the test as skipped if they are not there. */
    public static ImageSet mnist(Arena arena) throws IOException {
        Path folder = find("mnist");
        return ImageSet.readIdx(folder.resolve("t10k-images-idx3-ubyte.gz"), arena)
                .withIdxLabels(folder.resolve("t10k-labels-idx1-ubyte.gz"), arena);
    }

    /** The digits of scikit-learn; ends the test as skipped if they are not there. */
    public static Path digits() {
        return find("digits.csv.gz");
    }

    private static Path find(String name) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = folder.resolve(DATA).resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        return abort("public data are not beside the checkout: no " + DATA.resolve(name) + " in any folder above");
    }
}
