package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.Events;
import io.purelb.k8s.Services;
import io.purelb.k8s.WrittenNames;
import io.purelb.process.Log;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warns of names in objects that mean nothing to PureLB, once for as long as they are there. */
final class NameReports {
    private static final Log LOG = Log.of(NameReports.class);

    private final Events events;
    private final Map<Named, List<String>> said = new HashMap<>();

    private record Named(String kind, ServiceKey key) {}

    NameReports(Events events) {
        this.events = events;
    }

    /** An object as it is now. */
    void look(HasMetadata object) {
        Named named = new Named(object.getKind(), Services.key(object));
        List<String> before = said.getOrDefault(named, List.of());
        List<String> now = WrittenNames.unknown(object);
        if (now.isEmpty()) {
            said.remove(named);
        } else {
            said.put(named, now);
        }
        now.stream().filter(sentence -> !before.contains(sentence)).forEach(sentence -> {
            LOG.warn(sentence, "reason", EventReasons.UNKNOWN_NAME);
            events.warning(object, EventReasons.UNKNOWN_NAME, sentence);
        });
    }

    /** A Service is gone. */
    void gone(ServiceKey service) {
        said.remove(new Named("Service", service));
    }
}
