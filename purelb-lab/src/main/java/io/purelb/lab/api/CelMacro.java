package io.purelb.lab.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code list.all(x, ...)} and its like: an expression over every item of a list or key of a map. */
record CelMacro(Cel.Node target, String name, String variable, Cel.Node first, Optional<Cel.Node> second)
        implements Cel.Node {
    @Override
    public @Nullable Object value(Cel.Scope scope) {
        List<@Nullable Object> items = CelValues.items(target.value(scope));
        return switch (name) {
            case "all" -> decided(items, scope, false);
            case "exists" -> decided(items, scope, true);
            case "exists_one" -> matching(items, scope).size() == 1;
            case "filter" -> matching(items, scope);
            default -> mapped(items, scope);
        };
    }

    private Cel.Scope with(@Nullable Object item, Cel.Scope scope) {
        return new Cel.Scope(variable, item, scope);
    }

    /** One item that decides makes up for errors of others. */
    private boolean decided(List<@Nullable Object> items, Cel.Scope scope, boolean decisive) {
        CelException error = null;
        for (Object item : items) {
            try {
                if (CelValues.bool(first.value(with(item, scope))) == decisive) {
                    return decisive;
                }
            } catch (CelException e) {
                error = e;
            }
        }
        if (error != null) {
            throw error;
        }
        return !decisive;
    }

    private List<@Nullable Object> matching(List<@Nullable Object> items, Cel.Scope scope) {
        List<@Nullable Object> matching = new ArrayList<>();
        for (Object item : items) {
            if (CelValues.bool(first.value(with(item, scope)))) {
                matching.add(item);
            }
        }
        return matching;
    }

    private List<@Nullable Object> mapped(List<@Nullable Object> items, Cel.Scope scope) {
        List<@Nullable Object> mapped = new ArrayList<>();
        for (Object item : second.isPresent() ? matching(items, scope) : items) {
            mapped.add(second.orElse(first).value(with(item, scope)));
        }
        return mapped;
    }
}
