package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON written with apostrophes, to be read by people. */
final class Trees {
    private Trees() {}

    static ObjectNode tree(String text) {
        return Json.constant(text.replace('\'', '"'));
    }

    static ObjectNode service(String name, String spec) {
        return tree("{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name + "'},'spec':" + spec + "}");
    }
}
