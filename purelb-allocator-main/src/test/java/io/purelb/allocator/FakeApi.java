package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.Events;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An API server in memory: objects with versions, writes with a precondition, a cache that may lag behind. The test says
 * when the cache catches up and how the next writes end.
 */
final class FakeApi implements Cluster, Writes, Events {
    /** Every event, as {@code object Type Reason: message}. */
    final List<String> events = new ArrayList<>();
    /** Every write that was accepted, by object. */
    final List<String> written = new ArrayList<>();
    /** How the next writes of Services end; by the rules when empty. */
    final Deque<Outcome> nextOutcomes = new ArrayDeque<>();

    /** How many of the next events fail. */
    int eventFaults;

    boolean synced = true;
    /** While false the cache shows what it showed. */
    boolean cacheFollows = true;

    private final Map<ServiceKey, Service> services = new TreeMap<>();
    private final Map<ServiceKey, Service> cachedServices = new TreeMap<>();
    private final Map<String, ServiceGroupResource> groups = new TreeMap<>();
    private final Consumer<Service> onService;
    private final Runnable onGroups;
    private long version = 100;

    FakeApi(Consumer<Service> onService, Runnable onGroups) {
        this.onService = onService;
        this.onGroups = onGroups;
    }

    void put(Service service) {
        Service copy = Serialization.clone(service);
        copy.getMetadata().setResourceVersion(String.valueOf(++version));
        services.put(Services.key(copy), copy);
        show(copy);
    }

    private void show(Service service) {
        if (cacheFollows) {
            cachedServices.put(Services.key(service), service);
            onService.accept(service);
        }
    }

    /** The cache shows everything as it is. */
    void catchUp() {
        cacheFollows = true;
        services.values().forEach(this::show);
    }

    /** The store is restored from a backup: versions start again. */
    void restore() {
        version = 1;
        groups.values().forEach(group -> group.getMetadata().setResourceVersion(String.valueOf(++version)));
    }

    void delete(String name) {
        Service gone = services.remove(new ServiceKey("default", name));
        cachedServices.remove(Services.key(gone));
        onService.accept(gone);
    }

    void putGroup(ServiceGroupResource group) {
        ServiceGroupResource before = groups.get(name(group));
        ServiceGroupResource copy = Serialization.clone(group);
        copy.getMetadata().setResourceVersion(String.valueOf(++version));
        copy.setStatus(before == null ? null : before.getStatus());
        groups.put(name(group), copy);
        onGroups.run();
    }

    /** The group with its status, as another allocator left it. */
    void putGroupAsItWas(ServiceGroupResource group) {
        groups.put(name(group), Serialization.clone(group));
        onGroups.run();
    }

    void deleteGroup(String name) {
        groups.remove("purelb/" + name);
        onGroups.run();
    }

    /** The Service as the server has it. */
    Service stored(String name) {
        return services.get(new ServiceKey("default", name));
    }

    ServiceGroupStatus groupStatus(String name) {
        return groups.get("purelb/" + name).getStatus();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    @Override
    public boolean synced() {
        return synced;
    }

    @Override
    public Optional<Service> service(ServiceKey key) {
        return Optional.ofNullable(cachedServices.get(key));
    }

    @Override
    public List<Service> services() {
        return List.copyOf(cachedServices.values());
    }

    @Override
    public List<ServiceGroupResource> groups() {
        return List.copyOf(groups.values());
    }

    @Override
    public int readyEndpoints(ServiceKey key) {
        return 2;
    }

    @Override
    public void service(Service seen, ServiceWriter.Content content, Consumer<Result> done) {
        ServiceKey key = Services.key(seen);
        Service now = services.get(key);
        Outcome outcome = nextOutcomes.isEmpty() ? outcome(seen, now) : nextOutcomes.remove();
        if (outcome != Outcome.WRITTEN) {
            done.accept(new Result(outcome, "as the test says"));
            return;
        }
        Service next = with(now, content);
        next.getMetadata().setResourceVersion(String.valueOf(++version));
        services.put(key, next);
        written.add("Service " + key.name());
        show(next);
        done.accept(new Result(Outcome.WRITTEN, String.valueOf(version)));
    }

    @Override
    public void takeOver(Service seen, String message, Consumer<Result> done) {
        ServiceKey key = Services.key(seen);
        Service now = services.get(key);
        Outcome outcome = nextOutcomes.isEmpty() ? outcome(seen, now) : nextOutcomes.remove();
        if (outcome == Outcome.WRITTEN) {
            Service next = Serialization.clone(now);
            if (next.getStatus() == null) {
                next.setStatus(new ServiceStatus());
            }
            next.getStatus().setConditions(List.of(condition("Unknown", "TakenOver", message)));
            next.getMetadata().setResourceVersion(String.valueOf(++version));
            services.put(key, next);
            written.add("TakenOver " + key.name());
            show(next);
        }
        done.accept(new Result(outcome, String.valueOf(version)));
    }

    private static Condition condition(String status, String reason, String message) {
        return new ConditionBuilder()
                .withType(Annotations.ALLOCATED_CONDITION)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build();
    }

    private static Service with(Service service, ServiceWriter.Content content) {
        Map<String, String> annotations = new LinkedHashMap<>(
                Optional.ofNullable(service.getMetadata().getAnnotations()).orElse(Map.of()));
        content.annotations()
                .forEach((key, value) ->
                        value.ifPresentOrElse(text -> annotations.put(key, text), () -> annotations.remove(key)));
        Service next = new ServiceBuilder(service)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build();
        if (next.getStatus() == null) {
            next.setStatus(new ServiceStatus());
        }
        content.ingress().ifPresent(addresses -> {
            List<LoadBalancerIngress> entries = new ArrayList<>();
            addresses.forEach(address -> entries.add(new LoadBalancerIngressBuilder()
                    .withIp(address.toString())
                    .withIpMode("VIP")
                    .build()));
            next.getStatus().setLoadBalancer(new LoadBalancerStatus(entries));
        });
        next.getStatus()
                .setConditions(content.condition().stream()
                        .map(condition -> condition(
                                condition.status() ? "True" : "False", condition.reason(), condition.message()))
                        .toList());
        return next;
    }

    @Override
    public void status(ServiceGroupResource seen, ServiceGroupStatus status, Consumer<Result> done) {
        ServiceGroupResource now = groups.get(name(seen));
        Outcome outcome = outcome(seen, now);
        if (outcome == Outcome.WRITTEN) {
            ServiceGroupResource next = Serialization.clone(now);
            next.getMetadata().setResourceVersion(String.valueOf(++version));
            next.setStatus(status);
            groups.put(name(seen), next);
            written.add("ServiceGroup " + seen.getMetadata().getName());
            onGroups.run();
        }
        done.accept(new Result(outcome, String.valueOf(version)));
    }

    private Outcome outcome(HasMetadata seen, @Nullable HasMetadata now) {
        if (now == null) {
            return Outcome.GONE;
        }
        return now.getMetadata().getResourceVersion().equals(seen.getMetadata().getResourceVersion())
                ? Outcome.WRITTEN
                : Outcome.STALE;
    }

    private void fail() {
        if (eventFaults > 0) {
            eventFaults--;
            throw new IllegalStateException("as the test says");
        }
    }

    @Override
    public void normal(HasMetadata object, String reason, String message) {
        fail();
        events.add(object.getMetadata().getName() + " Normal " + reason + ": " + message);
    }

    @Override
    public void warning(HasMetadata object, String reason, String message) {
        fail();
        events.add(object.getMetadata().getName() + " Warning " + reason + ": " + message);
    }
}
