package io.heliograph.collectives.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Collective;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs in MSCCL's XML: what they do to data, and what is said of those that are broken. */
public final class MscclProgramTest {
    private static final int RUNS = 8;

    /** The text of one of our programs. */
    public static String text(String name) {
        try (var stream = MscclProgramTest.class.getResourceAsStream("/msccl/" + name + ".xml")) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A public program, of 8 ranks. */
    public static MscclProgram sample() {
        return MscclProgram.of("ring_allreduce_8", text("astra-sim/ring_allreduce_8"));
    }

    @ParameterizedTest
    @CsvSource({
        "chain-allreduce-3, ALL_REDUCE, 3",
        "ring-allgather-3, ALL_GATHER, 3",
        "scratch-reducescatter-2, REDUCE_SCATTER, 2",
        "contrary-allreduce-2, ALL_REDUCE, 2",
        "exchange-alltoall-2, ALL_TO_ALL, 2"
    })
    void shouldDoWhatTheCollectiveMeans(String name, Collective collective, int ranks) {
        MscclProgram program = MscclProgram.of(name, text(name));
        assertEquals(collective, program.collective());
        assertEquals(ranks, program.ranks());
        SeededRandom random = new SeededRandom(ranks);
        for (int run = 0; run < RUNS; run++) {
            InterpreterTest.check(program.schedule(), random);
        }
    }

    @Test
    void shouldRunTheSample() {
        MscclProgram program = sample();
        Validator.validate(program.schedule());
        assertTrue(program.isFor(Collective.ALL_REDUCE, 8, 1 << 20, true));
        assertEquals(0, program.schedule().scratchChunks());
        SeededRandom random = new SeededRandom(8);
        for (int run = 0; run < RUNS; run++) {
            InterpreterTest.check(program.schedule(), random);
        }
    }

    @Test
    void shouldReduceInTheOrderOfTheProgram() {
        Schedule chain = MscclProgram.of("chain", text("chain-allreduce-3")).schedule();
        assertEquals("(2+(1+0))", new Orders(chain).order(0, 1));
    }

    /** What comes on one channel while another is waited for is put aside: once here. */
    @Test
    void shouldPutAsideWhatComesInAnotherOrder() {
        Schedule contrary =
                MscclProgram.of("contrary", text("contrary-allreduce-2")).schedule();
        Validator.validate(contrary);
        assertEquals(2, contrary.scratchChunks(), "a chunk of either length");
        long putAside = contrary.programs().get(1).stream()
                .filter(step -> step.writes() && step.to().buffer() == Place.Buffer.SCRATCH)
                .count();
        assertEquals(1, putAside, contrary::toString);
    }

    @Test
    void shouldNotRunInPlaceWhatKeepsBuffersApart() {
        // Rank 1 sends its input after the sum is where, in place, that input was.
        String apart = """
            <algo name="apart" proto="LL" nchannels="1" nchunksperloop="1" ngpus="2" coll="allreduce" inplace="0">
              <gpu id="0" i_chunks="1" o_chunks="1" s_chunks="0"><tb id="0" send="1" recv="1" chan="0">
                <step s="0" type="s" srcbuf="i" srcoff="0"/>
                <step s="1" type="rrc" srcbuf="i" srcoff="0" dstbuf="o" dstoff="0"/>
              </tb></gpu>
              <gpu id="1" i_chunks="1" o_chunks="1" s_chunks="0"><tb id="0" send="0" recv="0" chan="0">
                <step s="0" type="rrc" srcbuf="i" srcoff="0" dstbuf="o" dstoff="0"/>
                <step s="1" type="s" srcbuf="i" srcoff="0"/>
              </tb></gpu>
            </algo>
            """;
        MscclProgram program = MscclProgram.of("apart", apart);
        assertTrue(program.isFor(Collective.ALL_REDUCE, 2, 100, false));
        assertFalse(program.isFor(Collective.ALL_REDUCE, 2, 100, true));
        MscclException error = assertThrows(
                MscclException.class, () -> MscclProgram.of("apart", apart.replace("inplace=\"0\"", "inplace=\"1\"")));
        assertTrue(String.valueOf(error.getMessage()).contains("cannot combine these"), error::toString);
    }

    @Test
    void shouldKeepToTheSizesThatAProgramIsFor() {
        String bounded =
                text("chain-allreduce-3").replace("inplace=\"1\"", "inplace=\"1\" minBytes=\"64\" maxBytes=\"128\"");
        MscclProgram program = MscclProgram.of("bounded", bounded);
        assertFalse(program.isFor(Collective.ALL_REDUCE, 3, 63, false));
        assertTrue(program.isFor(Collective.ALL_REDUCE, 3, 64, false));
        assertTrue(program.isFor(Collective.ALL_REDUCE, 3, 128, true));
        assertFalse(program.isFor(Collective.ALL_REDUCE, 3, 129, true));
        assertFalse(program.isFor(Collective.ALL_REDUCE, 4, 100, true));
        assertFalse(program.isFor(Collective.BROADCAST, 3, 100, true));
    }

    /** What is replaced by what in the chain, and what must be said of it; its first line is a comment. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // A cycle: a block waits for one that waits for it.
                "type=\"rrs\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\" cnt=\"2\" depid=\"-1\" deps=\"-1\" |"
                        + " type=\"rrs\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\" cnt=\"2\" depid=\"1\""
                        + " deps=\"0\" | hasdep=0",
                // What is sent is not received.
                "type=\"rrcs\" | type=\"rrc\" | 6: deadlock: gpu 0 tb 0 step 1 (line 6) waits for gpu 2 to send on"
                        + " channel 0",
                // No such operation.
                "type=\"rrcs\" | type=\"rrx\" | 19: type=rrx is no operation",
                // One chunk of two.
                "s=\"1\" type=\"r\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\" cnt=\"2\" | s=\"1\" type=\"r\""
                        + " srcbuf=\"i\" srcoff=\"0\" dstbuf=\"i\" dstoff=\"0\" cnt=\"1\" | 6: cnt=1 receives what line 19"
                        + " of gpu 2 sends with cnt=2",
                "nchunksperloop=\"2\" | nchunksperloop=\"1\" | 3: i_chunks=2 of gpu 0, but by nchunksperloop there are"
                        + " 1",
                "nchunksperloop=\"2\" | nchunksperloop=\"3\" | 3: output chunk 2 of gpu 0 ends with chunk 2 of ranks"
                        + " {0} instead of chunk 2 of ranks {0, 1, 2}, finished",
                "ngpus=\"3\" coll | ngpus=\"1000\" coll | 2: there is no gpu 3 of ngpus=1000",
                "nchunksperloop=\"2\" ngpus=\"3\" | nchunksperloop=\"65536\" ngpus=\"1000\" | 2: ngpus=1000"
                        + " nchunksperloop=65536: more than",
                "ngpus=\"3\" | ngpus=\"4\" | 2: there is no gpu 3 of ngpus=4",
                "ngpus=\"3\" | ngpus=\"0\" | 2: ngpus=0; a number from 1 to 1024",
                "ngpus=\"3\" | ngpus=\"three\" | 2: ngpus=three; a number",
                "coll=\"allreduce\" | coll=\"sendrecv\" | 2: coll=sendrecv; allreduce",
                "coll=\"allreduce\" | coll=\"allgather\" | 2: nchunksperloop=2 is no multiple of ngpus=3",
                "srcbuf=\"i\" srcoff=\"0\" | srcbuf=\"x\" srcoff=\"0\" | 5: srcbuf=x; i, o or s",
                "srcoff=\"0\" | srcoff=\"1\" | 5: i[1] with cnt=2 is beyond the 2 chunks of gpu 0",
                "srcbuf=\"i\" srcoff=\"0\" | srcbuf=\"s\" srcoff=\"0\" | 5: s[0] with cnt=2 is beyond the 0 chunks of"
                        + " gpu 0",
                "<tb id=\"0\" send=\"1\" | <tb id=\"0\" send=\"0\" | 4: gpu 0 is its own peer",
                "chan=\"0\" | chan=\"1\" | 4: chan=1; a number from 0 to 0",
                "<gpu id=\"1\" | <gpu id=\"0\" | 9: gpu 0 is there twice",
                "<step s=\"1\" | <step s=\"2\" | 6: step s=2 where 1 is next",
                "proto=\"Simple\" | proto=\"Complicated\" | 2: proto=Complicated",
                "</algo> | </algorithm> | 25: not XML",
                "<algo | <!DOCTYPE algo SYSTEM \"file:///etc/passwd\"><algo | 2: document types and entities are not"
                        + " read",
                "name=\"chain\" | name=\"&xxe;\" | 2: not XML",
                "depid=\"0\" deps=\"0\" | depid=\"0\" deps=\"7\" | 14: depid=0 deps=7: there is no such step",
                "depid=\"0\" deps=\"0\" | depid=\"5\" deps=\"0\" | 14: depid=5 deps=0: there is no such step"
            })
    void shouldSayWhatIsWrongAndInWhichLine(String what, String by, String says) {
        String broken = text("chain-allreduce-3");
        assertTrue(broken.contains(what), what);
        broken = broken.replaceFirst(Pattern.quote(what), Matcher.quoteReplacement(by));
        String xml = broken;
        MscclException error = assertThrows(MscclException.class, () -> MscclProgram.of("chain.xml", xml));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.startsWith("chain.xml:") && message.contains(says), message);
    }

    @Test
    void shouldFindACycleOfDependencies() {
        String cycle = text("contrary-allreduce-2")
                .replaceFirst(
                        "(type=\"rrc\" srcbuf=\"i\" srcoff=\"1\".*)depid=\"-1\" deps=\"-1\"",
                        "$1depid=\"0\" deps=\"0\"")
                .replaceFirst("(type=\"rrc\" srcbuf=\"i\" srcoff=\"0\".*)hasdep=\"0\"", "$1hasdep=\"1\"");
        String message = String.valueOf(assertThrows(MscclException.class, () -> MscclProgram.of("cycle.xml", cycle))
                .getMessage());
        assertTrue(
                message.contains("gpu 1 tb 0 step 0 (line 15) waits for step 0 of tb 1")
                        && message.contains("gpu 1 tb 1 step 0 (line 19) waits for step 0 of tb 0"),
                message);
    }

    @Test
    void shouldFindWhatIsNeverReceived() {
        String lost = text("contrary-allreduce-2")
                .replaceFirst(
                        "s=\"1\" type=\"r\" srcbuf=\"i\" srcoff=\"1\"",
                        "s=\"1\" type=\"nop\" srcbuf=\"i\" srcoff=\"1\"");
        String message = String.valueOf(assertThrows(MscclException.class, () -> MscclProgram.of("lost.xml", lost))
                .getMessage());
        assertTrue(message.contains("lost.xml:20: gpu 1 sends to gpu 0 on channel 1 what is never received"), message);
    }

    @Test
    void shouldFindAContributionThatCountsTwice() {
        String twice = text("scratch-reducescatter-2")
                .replaceFirst("type=\"s\" srcbuf=\"i\" srcoff=\"1\"", "type=\"s\" srcbuf=\"i\" srcoff=\"0\"");
        String message = String.valueOf(assertThrows(MscclException.class, () -> MscclProgram.of("twice.xml", twice))
                .getMessage());
        assertTrue(message.startsWith("twice.xml:26: reduceScatter cannot combine these"), message);
    }

    @Test
    void shouldFindWhatIsReadBeforeItIsWritten() {
        String early = text("scratch-reducescatter-2")
                .replaceFirst("type=\"s\" srcbuf=\"i\" srcoff=\"1\"", "type=\"s\" srcbuf=\"s\" srcoff=\"0\"");
        String message = String.valueOf(assertThrows(MscclException.class, () -> MscclProgram.of("early.xml", early))
                .getMessage());
        assertTrue(message.contains("has nothing in s[0] yet"), message);
    }

    /** A ring whose ranks all send so many chunks before they receive any: as many as MSCCL has room for. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 9})
    void shouldAllowForTheRoomThatConnectionsHave(int ahead) {
        StringBuilder text = new StringBuilder("<algo name=\"ahead\" proto=\"LL\" nchannels=\"1\" nchunksperloop=\""
                + 2 * ahead + "\" ngpus=\"2\" coll=\"allgather\" inplace=\"0\">\n");
        for (int rank = 0; rank < 2; rank++) {
            text.append("<gpu id=\"" + rank + "\" i_chunks=\"" + ahead + "\" o_chunks=\"" + 2 * ahead
                    + "\" s_chunks=\"0\">\n<tb id=\"0\" send=\"" + (1 - rank) + "\" recv=\"" + (1 - rank)
                    + "\" chan=\"0\">\n");
            int step = 0;
            for (int i = 0; i < ahead; i++) {
                text.append("<step s=\"" + step++ + "\" type=\"s\" srcbuf=\"i\" srcoff=\"" + i + "\"/>\n");
            }
            for (int i = 0; i < ahead; i++) {
                text.append("<step s=\"" + step++ + "\" type=\"r\" dstbuf=\"o\" dstoff=\"" + ((1 - rank) * ahead + i)
                        + "\"/>\n");
            }
            text.append("<step s=\"" + step + "\" type=\"cpy\" srcbuf=\"i\" srcoff=\"0\" dstbuf=\"o\" dstoff=\""
                    + rank * ahead + "\" cnt=\"" + ahead + "\"/>\n</tb></gpu>\n");
        }
        text.append("</algo>");
        if (ahead <= 8) {
            Validator.validate(MscclProgram.of("ahead", text.toString()).schedule());
        } else {
            MscclException error = assertThrows(MscclException.class, () -> MscclProgram.of("ahead", text.toString()));
            assertTrue(String.valueOf(error.getMessage()).contains("deadlock"), error::toString);
        }
    }
}
