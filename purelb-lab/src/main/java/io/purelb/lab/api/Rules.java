package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a kind demands beyond being an object with a name: defaults, allocations and checks. Called under the store's
 * lock. Objects handed in may be changed, except those named {@code old}, {@code before} and {@code after}.
 */
interface Rules {
    /** A kind that demands nothing. */
    Rules NONE = new Rules() {};

    /** Puts in what stands for the fields that a request leaves out. */
    default void defaults(ObjectNode object) {}

    /** Completes and checks an object that is about to be created. */
    default void create(ObjectNode object, FieldErrors errors) {}

    /** Completes and checks what is about to replace {@code old}. */
    default void update(ObjectNode object, ObjectNode old, FieldErrors errors) {}

    /** Told after the store has taken a change: null before a creation, null after a removal. */
    default void committed(@Nullable ObjectNode before, @Nullable ObjectNode after) {}
}
