package io.purelb.core;

import java.util.Optional;

/**
 * What the status of a service group says of it, as the allocator that looked at it last has written it.
 *
 * @param word the kind of statement
 * @param kept the earlier text that is in force; with {@link Word#KEPT} only
 */
public record Standing(Word word, Optional<GroupSpec> kept) {
    /** The group is in force as it is written now. */
    public static final Standing IN_FORCE = new Standing(Word.IN_FORCE, Optional.empty());
    /** The group was in force with a text that is lost; nobody has looked at the present one. */
    public static final Standing IN_FORCE_BEFORE = new Standing(Word.IN_FORCE_BEFORE, Optional.empty());
    /** Nothing of the group is in force. */
    public static final Standing REFUSED = new Standing(Word.REFUSED, Optional.empty());
    /** The status says nothing: the group is new. */
    public static final Standing UNKNOWN = new Standing(Word.UNKNOWN, Optional.empty());

    /** The kinds of statements. */
    public enum Word {
        IN_FORCE,
        IN_FORCE_BEFORE,
        /** The present text was refused, and an earlier one stays in force. */
        KEPT,
        REFUSED,
        UNKNOWN
    }

    /** The present text was refused, and this one stays in force. */
    public static Standing kept(GroupSpec earlier) {
        return new Standing(Word.KEPT, Optional.of(earlier));
    }
}
