package io.purelb.cli;

import io.purelb.core.GroupSpec;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.WrittenNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The change that a plan is about: the ServiceGroups of a file, put onto those that there are. */
final class PlanFile {
    private final SkippedObjects skipped = new SkippedObjects();
    private final Map<ServiceKey, String> places = new TreeMap<>();
    private final Set<ServiceKey> applied = new HashSet<>();
    private final Map<ServiceKey, GroupSpec> groups;
    private final List<String> warnings = new ArrayList<>();

    /** @param groups those that there are; changed to what they would be */
    PlanFile(Map<ServiceKey, GroupSpec> groups) {
        this.groups = groups;
    }

    /** What is no ServiceGroup. */
    SkippedObjects skipped() {
        return skipped;
    }

    /** Whether it changes anything at all. */
    boolean isEmpty() {
        return places.isEmpty();
    }

    /** What is strange in its groups, but stops nothing. */
    List<String> warnings() {
        return warnings;
    }

    /** Whether a group is put there by the file. */
    boolean applies(String namespace, String name) {
        return applied.contains(new ServiceKey(namespace, name));
    }

    /** Takes the next object. */
    void take(Manifest manifest) {
        if (!manifest.kind().is(ServiceGroupResource.class)) {
            skipped.add(manifest);
            return;
        }
        ServiceGroupResource group = (ServiceGroupResource) manifest.object();
        ServiceKey key = new ServiceKey(manifest.namespace(), manifest.name());
        String earlier = places.putIfAbsent(key, manifest.place());
        if (earlier != null) {
            throw new InputException(
                    manifest.place() + ": " + manifest.title() + " is there twice, first in " + earlier + ": keep one");
        }
        Optional<GroupSpec> now = Optional.ofNullable(groups.get(key));
        if (SimulationFile.deletes(manifest, group)) {
            if (now.isEmpty()) {
                throw new InputException(
                        manifest.place() + ": " + manifest.title() + " is to be deleted, but there is none");
            }
            groups.remove(key);
        } else {
            applied.add(key);
            warnings.addAll(WrittenNames.unknown(group));
            // Whoever is new is younger than all that there are, whatever its text says: the API server decides that.
            groups.put(
                    key,
                    withAge(
                            ServiceGroups.spec(group),
                            now.map(GroupSpec::created).orElse(Instant.MAX)));
        }
    }

    private static GroupSpec withAge(GroupSpec wanted, Instant created) {
        return new GroupSpec(
                wanted.namespace(),
                wanted.name(),
                created,
                wanted.pools(),
                wanted.sharing(),
                wanted.namespaces(),
                wanted.avoid());
    }
}
