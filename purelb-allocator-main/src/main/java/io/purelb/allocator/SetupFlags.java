package io.purelb.allocator;

import io.purelb.k8s.Api;
import io.purelb.k8s.setup.DefaultObjects;
import io.purelb.k8s.setup.Duties;
import io.purelb.k8s.setup.Duty;
import io.purelb.k8s.setup.ElectionSecret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What the allocator makes in PureLB's namespace while it leads; a picocli mixin. */
final class SetupFlags {
    @Option(
            names = "--election-secret",
            paramLabel = "NAME",
            defaultValue = "${env:PURELB_ELECTION_SECRET:-}",
            description = "Secret for the node agents' election, made with a random key when there is none"
                    + " (environment: PURELB_ELECTION_SECRET); default: none is made.")
    private String electionSecret = "";

    @Option(
            names = "--defaults",
            paramLabel = "NAME",
            defaultValue = "${env:PURELB_DEFAULTS:-}",
            description = "ConfigMap with objects that are created once, under " + DefaultObjects.KEY
                    + " (environment: PURELB_DEFAULTS); default: none are.")
    private String defaults = "";

    /** What the flags ask for, in a namespace; nothing is looked at yet. */
    Duties duties(Api api, String namespace) {
        Optional<Duty> secret = named(electionSecret).map(name -> new ElectionSecret(api, namespace, name));
        Optional<Duty> objects = named(defaults).map(name -> new DefaultObjects(api, namespace, name));
        List<Duty> all = Stream.of(secret, objects).flatMap(Optional::stream).toList();
        return new Duties(all);
    }

    private static Optional<String> named(String name) {
        return Optional.of(name).filter(text -> !text.isEmpty());
    }
}
