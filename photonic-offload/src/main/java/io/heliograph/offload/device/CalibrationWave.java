package io.heliograph.offload.device;

/** What the calibration sends on the activation arm, full scale being on the weight arm; one period is one word. */
public enum CalibrationWave {
    /** A sine around half of the full scale. */
    SINE {
        @Override
        int value(int lane, int lanes) {
            return (int) Math.rint(HALF * (1 + Math.sin(2 * Math.PI * lane / lanes)));
        }
    },
    /** The positive half of a sine, then nothing. */
    POSITIVE_SINE {
        @Override
        int value(int lane, int lanes) {
            return (int) Math.rint(OperandWord.MAX_VALUE * Math.max(0, Math.sin(2 * Math.PI * lane / lanes)));
        }
    },
    /** Full scale for half of the word, then nothing. */
    SQUARE {
        @Override
        int value(int lane, int lanes) {
            return lane < lanes / 2 ? OperandWord.MAX_VALUE : 0;
        }
    };

    private static final double HALF = OperandWord.MAX_VALUE / 2.0;

    abstract int value(int lane, int lanes);
}
