package io.purelb.lab.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of an expression, one after the other (CEL language definition, "Syntax"). */
final class CelTokens {
    private static final Pattern TOKEN = Pattern.compile("\\s+|//[^\\n]*"
            + "|(?<double>\\d+\\.\\d+([eE][-+]?\\d+)?|\\d+[eE][-+]?\\d+)"
            + "|(?<int>0x[0-9a-fA-F]+|\\d+)"
            + "|(?<raw>[rR])?(?<text>'''(?:.|\\n)*?'''|\"\"\"(?:.|\\n)*?\"\"\"|'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\")"
            + "|(?<name>[_a-zA-Z][_a-zA-Z0-9]*)"
            + "|(?<symbol>\\|\\||&&|<=|>=|==|!=|[-+*/%!?:.,()\\[\\]{}<>])");

    /** What a token is; the end has a kind of its own. */
    enum Kind {
        INT,
        DOUBLE,
        TEXT,
        NAME,
        SYMBOL,
        END
    }

    /** A token; text without quotation marks and escapes. */
    record Token(Kind kind, String text) {}

    private final List<Token> tokens = new ArrayList<>();
    private int position;

    /** @throws CelException for what is no token */
    CelTokens(String expression) {
        Matcher matcher = TOKEN.matcher(expression);
        int end = 0;
        while (end < expression.length()) {
            // A raw string ends at the next quotation mark, whatever stands in front of it.
            if (!matcher.find(end) || matcher.start() != end) {
                throw CelException.syntax("the character '" + expression.charAt(end) + "' at " + end);
            }
            end = matcher.end();
            add(matcher);
        }
        tokens.add(new Token(Kind.END, "the end"));
    }

    private void add(Matcher matcher) {
        String text = matcher.group("text");
        if (text != null) {
            int quotes = text.length() >= 6 && (text.startsWith("'''") || text.startsWith("\"\"\"")) ? 3 : 1;
            String inner = text.substring(quotes, text.length() - quotes);
            tokens.add(new Token(Kind.TEXT, matcher.group("raw") == null ? unescape(inner) : inner));
        } else if (matcher.group("double") != null) {
            tokens.add(new Token(Kind.DOUBLE, matcher.group("double")));
        } else if (matcher.group("int") != null) {
            tokens.add(new Token(Kind.INT, matcher.group("int")));
        } else if (matcher.group("name") != null) {
            tokens.add(new Token(Kind.NAME, matcher.group("name")));
        } else if (matcher.group("symbol") != null) {
            tokens.add(new Token(Kind.SYMBOL, matcher.group("symbol")));
        }
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            int known = "abfnrtv\\'\"`?".indexOf(escaped);
            int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 0;
            if (known >= 0) {
                plain.append("\u0007\b\f\n\r\t\u000b\\'\"`?".charAt(known));
            } else if (digits > 0 && i + digits < text.length()) {
                plain.appendCodePoint(Integer.parseInt(text.substring(i + 1, i + 1 + digits), 16));
                i += digits;
            } else {
                throw CelException.syntax("the escape \\" + escaped);
            }
        }
        return plain.toString();
    }

    Token peek() {
        return tokens.get(position);
    }

    Token next() {
        return tokens.get(position++);
    }

    boolean isSymbol(String symbol) {
        return peek().kind() == Kind.SYMBOL && peek().text().equals(symbol);
    }

    boolean take(String symbol) {
        boolean found = isSymbol(symbol);
        position += found ? 1 : 0;
        return found;
    }

    void require(String symbol) {
        if (!take(symbol)) {
            throw unexpected();
        }
    }

    String name() {
        if (peek().kind() != Kind.NAME) {
            throw unexpected();
        }
        return next().text();
    }

    CelException unexpected() {
        return unexpected(peek());
    }

    CelException unexpected(Token token) {
        return CelException.syntax("\"" + token.text() + "\" at that place");
    }
}
