package io.purelb.lab.api;

import org.jspecify.annotations.Nullable;

/**
 * The Common Expression Language as far as rules of custom resources use it (CEL language definition; Kubernetes API
 * concepts, "Common Expression Language in Kubernetes"): operators, macros, texts, lists, maps, addresses and subnets.
 * Types are not checked beforehand; what is not known is refused when the expression is read.
 */
final class Cel {
    private Cel() {}

    /** A part of an expression that has a value. */
    interface Node {
        @Nullable
        Object value(Scope scope);
    }

    /** The variables, the innermost first. */
    record Scope(
            String name, @Nullable Object value, @Nullable Scope outer) {
        @Nullable
        Object get(String wanted) {
            Scope scope = this;
            while (scope != null && !scope.name.equals(wanted)) {
                scope = scope.outer;
            }
            return scope == null ? null : scope.value;
        }
    }

    /** @throws CelException for what cannot be read or is not known */
    static Node parse(String expression) {
        return CelParser.parse(expression);
    }

    /** The node of a binary operator. */
    static Node combine(String operator, Node left, Node right) {
        return switch (operator) {
            case "||" -> scope -> either(left, right, scope, true);
            case "&&" -> scope -> either(left, right, scope, false);
            default -> scope -> CelValues.operate(operator, left.value(scope), right.value(scope));
        };
    }

    /** One side that decides makes up for an error of the other. */
    private static boolean either(Node left, Node right, Scope scope, boolean decisive) {
        try {
            if (CelValues.bool(left.value(scope)) == decisive) {
                return decisive;
            }
        } catch (CelException e) {
            if (CelValues.bool(right.value(scope)) == decisive) {
                return decisive;
            }
            throw e;
        }
        return CelValues.bool(right.value(scope));
    }
}
