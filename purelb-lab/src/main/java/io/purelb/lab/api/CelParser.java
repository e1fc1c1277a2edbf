package io.purelb.lab.api;

import io.purelb.lab.api.Cel.Node;
import io.purelb.lab.api.Cel.Scope;
import io.purelb.lab.api.CelTokens.Kind;
import io.purelb.lab.api.CelTokens.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions: one method per rule of the grammar (CEL language definition, "Syntax"). */
final class CelParser {
    private static final Set<String> VARIABLES = Set.of("self", "oldSelf");
    private static final Set<String> MACROS = Set.of("all", "exists", "exists_one", "filter", "map");

    private final CelTokens tokens;
    private final List<String> variables = new ArrayList<>(VARIABLES);

    private CelParser(String expression) {
        this.tokens = new CelTokens(expression);
    }

    /** @throws CelException for what cannot be read or is not known */
    static Node parse(String expression) {
        CelParser parser = new CelParser(expression);
        Node node = parser.expression();
        if (parser.tokens.peek().kind() != Kind.END) {
            throw parser.tokens.unexpected();
        }
        return node;
    }

    private Node expression() {
        Node condition = binary(0);
        if (!tokens.take("?")) {
            return condition;
        }
        Node yes = binary(0);
        tokens.require(":");
        Node no = expression();
        return scope -> CelValues.bool(condition.value(scope)) ? yes.value(scope) : no.value(scope);
    }

    /** The operators from the weakest to the strongest. */
    private static final List<Set<String>> LEVELS = List.of(
            Set.of("||"),
            Set.of("&&"),
            Set.of("<", "<=", ">", ">=", "==", "!=", "in"),
            Set.of("+", "-"),
            Set.of("*", "/", "%"));

    private Node binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        Node left = binary(level + 1);
        while (tokens.peek().kind() != Kind.TEXT
                && LEVELS.get(level).contains(tokens.peek().text())) {
            String operator = tokens.next().text();
            left = Cel.combine(operator, left, binary(level + 1));
        }
        return left;
    }

    private Node unary() {
        if (tokens.take("!")) {
            Node operand = unary();
            return scope -> !CelValues.bool(operand.value(scope));
        } else if (tokens.take("-")) {
            Node operand = unary();
            return scope -> CelValues.negate(operand.value(scope));
        }
        return member();
    }

    private Node member() {
        Node node = primary();
        while (true) {
            Node target = node;
            if (tokens.take(".")) {
                String name = tokens.name();
                node = tokens.take("(") ? call(target, name) : scope -> CelValues.field(target.value(scope), name);
            } else if (tokens.take("[")) {
                Node index = expression();
                tokens.require("]");
                node = scope -> CelValues.index(target.value(scope), index.value(scope));
            } else {
                return node;
            }
        }
    }

    private Node call(Node target, String name) {
        if (MACROS.contains(name)) {
            return macro(target, name);
        }
        List<Node> arguments = list(")");
        CelFunctions.requireMethod(name, arguments.size());
        return scope -> CelFunctions.method(target.value(scope), name, values(arguments, scope));
    }

    private Node macro(Node target, String name) {
        String variable = tokens.name();
        tokens.require(",");
        variables.add(variable);
        Node first = expression();
        Optional<Node> second = name.equals("map") && tokens.take(",") ? Optional.of(expression()) : Optional.empty();
        variables.remove(variables.size() - 1);
        tokens.require(")");
        return new CelMacro(target, name, variable, first, second);
    }

    private Node primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case INT -> constant(Long.decode(token.text().startsWith("0x") ? token.text() : decimal(token.text())));
            case DOUBLE -> constant(Double.parseDouble(token.text()));
            case TEXT -> constant(token.text());
            case NAME -> named(token.text());
            case SYMBOL, END -> bracket(token);
        };
    }

    private static Node constant(Object value) {
        return scope -> value;
    }

    /** Leading zeros do not make a number octal here. */
    private static String decimal(String digits) {
        return digits.replaceFirst("^0+(?=\\d)", "");
    }

    private Node bracket(Token token) {
        switch (token.text()) {
            case "(" -> {
                Node inner = expression();
                tokens.require(")");
                return inner;
            }
            case "[" -> {
                List<Node> items = list("]");
                return scope -> values(items, scope);
            }
            case "{" -> {
                return map();
            }
            default -> {
                throw tokens.unexpected(token);
            }
        }
    }

    private Node map() {
        Map<Node, Node> entries = new LinkedHashMap<>();
        while (!tokens.take("}")) {
            Node key = expression();
            tokens.require(":");
            entries.put(key, expression());
            if (!tokens.peek().text().equals("}")) {
                tokens.require(",");
            }
        }
        return scope -> {
            Map<Object, @Nullable Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(CelValues.present(key.value(scope)), value.value(scope)));
            return map;
        };
    }

    private Node named(String name) {
        switch (name) {
            case "true", "false" -> {
                boolean constant = name.equals("true");
                return scope -> constant;
            }
            case "null" -> {
                return scope -> null;
            }
            default -> {
                return tokens.take("(") ? function(name) : variable(name);
            }
        }
    }

    private Node variable(String name) {
        if (!variables.contains(name)) {
            throw CelException.syntax("the name " + name);
        }
        return scope -> scope.get(name);
    }

    private Node function(String name) {
        if (name.equals("has")) {
            Node target = primary();
            String field = "";
            while (tokens.take(".")) {
                Node owner = target;
                String step = field;
                target = step.isEmpty() ? owner : scope -> CelValues.field(owner.value(scope), step);
                field = tokens.name();
            }
            if (field.isEmpty()) {
                throw tokens.unexpected();
            }
            tokens.require(")");
            Node owner = target;
            String last = field;
            return scope -> CelValues.has(owner.value(scope), last);
        }
        List<Node> arguments = list(")");
        CelFunctions.requireFunction(name, arguments.size());
        return scope -> CelFunctions.function(name, values(arguments, scope));
    }

    private List<Node> list(String close) {
        List<Node> items = new ArrayList<>();
        while (!tokens.take(close)) {
            items.add(expression());
            if (!tokens.isSymbol(close)) {
                tokens.require(",");
            }
        }
        return items;
    }

    private static List<@Nullable Object> values(List<Node> nodes, Scope scope) {
        List<@Nullable Object> values = new ArrayList<>();
        nodes.forEach(node -> values.add(node.value(scope)));
        return values;
    }
}
