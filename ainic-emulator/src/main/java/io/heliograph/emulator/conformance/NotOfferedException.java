package io.heliograph.emulator.conformance;

/** A device says that it cannot do what a scenario asks of its bench, and why: the scenario is not exercised. */
public final class NotOfferedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says why. */
    public NotOfferedException(String why) {
        super(why);
    }
}
