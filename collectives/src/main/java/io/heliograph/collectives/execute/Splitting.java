package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which ranks of a communicator are in the new one, in their new order.
 *
 * @param context of the new communicators: one for all colors, for no two of them have a rank in common
 * @param members their old ranks, by the new; none for {@link Communicator#NO_COLOR}
 * @param newRank of this rank; negative if it is in none
 */
record Splitting(int context, List<Integer> members, int newRank) {
    /**
     * What each rank says.
     *
     * @param contexts as {@link Progress#contexts}
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Wish(int color, int key, byte[] contexts) {
        byte[] encode() {
            return ByteBuffer.allocate(2 * Integer.BYTES + contexts.length)
                    .putInt(color)
                    .putInt(key)
                    .put(contexts)
                    .array();
        }

        static Wish decode(int rank, byte[] wish) {
            if (wish.length < 2 * Integer.BYTES) {
                throw new CollectiveException(
                        rank, "rank " + rank + " runs another version: bytes=" + wish.length + "; use one version");
            }
            ByteBuffer buffer = ByteBuffer.wrap(wish);
            int color = buffer.getInt();
            int key = buffer.getInt();
            byte[] contexts = new byte[buffer.remaining()];
            buffer.get(contexts);
            if (color < Communicator.NO_COLOR) {
                throw new CollectiveException(
                        rank, "rank " + rank + " called split wrongly: color=" + color + "; 0 or more, or NO_COLOR");
            }
            return new Wish(color, key, contexts);
        }
    }

    /** The same at all ranks of a color, for the same encoded wishes of all. */
    static Splitting of(List<byte[]> encoded, int rank) {
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < encoded.size(); i++) {
            wishes.add(Wish.decode(i, encoded.get(i)));
        }
        int context = Progress.agree(wishes.stream().map(Wish::contexts).toList());
        int color = wishes.get(rank).color();
        List<Integer> members = color == Communicator.NO_COLOR
                ? List.of()
                : IntStream.range(0, wishes.size())
                        .filter(i -> wishes.get(i).color() == color)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> wishes.get(i).key()))
                        .toList();
        return new Splitting(context, members, members.indexOf(rank));
    }

    int newSize() {
        return members.size();
    }

    /** What the members gave, of what all gave. */
    List<byte[]> select(List<byte[]> all) {
        return members.stream().map(all::get).toList();
    }
}
