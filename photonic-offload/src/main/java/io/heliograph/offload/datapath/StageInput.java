package io.heliograph.offload.datapath;

/**
 * An input port and what feeds it.
 *
 * @param port of the stage
 * @param source name of the stage that feeds it
 * @param output of that stage; {@link #FIRST} until the program is put together
 * @param delayCycles of registers in between
 * @param line of the text it comes from, 0 if none
 */
public record StageInput(String port, String source, String output, int delayCycles, int line) {

    /** Stands for the first output of the source's kind. */
    static final String FIRST = "";
}
