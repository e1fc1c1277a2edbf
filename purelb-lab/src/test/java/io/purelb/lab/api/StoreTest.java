package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final Store store = new Store(10);

    @Test
    void aWatcherThatDoesNotReadEndsAndDoesNotHoldUpWriters() throws InterruptedException {
        Watcher slow = new Watcher("things", "", 3);
        Watcher quick = new Watcher("things", "", 10);
        store.watch(slow, OptionalLong.empty());
        store.watch(quick, OptionalLong.empty());
        for (int i = 0; i < 4; i++) {
            store.put("things", thing("a", "t" + i));
        }
        assertFalse(slow.isOpen());
        assertTrue(quick.isOpen());
        for (int i = 0; i < 4; i++) {
            Change change = quick.next(0);
            assertEquals("t" + i, change == null ? "" : Meta.name(change.after()));
        }
    }

    @Test
    void watchersSeeTheirNamespaceAndCollectionOnly() {
        Watcher watcher = new Watcher("things", "a", 10);
        store.watch(watcher, OptionalLong.empty());
        store.put("things", thing("b", "x"));
        store.put("others", thing("a", "x"));
        assertTrue(watcher.isIdle());
        store.put("things", thing("a", "x"));
        assertFalse(watcher.isIdle());
    }

    @Test
    void progressIsKnownOnlyWhenNothingWaits() {
        Watcher watcher = new Watcher("things", "", 10);
        store.watch(watcher, OptionalLong.empty());
        assertEquals(OptionalLong.of(store.version()), store.progress(watcher));
        store.put("things", thing("a", "x"));
        assertEquals(OptionalLong.empty(), store.progress(watcher));
    }

    @Test
    void historyReachesAsFarBackAsItIsLong() {
        long start = store.version();
        for (int i = 0; i < 11; i++) {
            store.put("things", thing("a", "t" + i));
        }
        store.watch(new Watcher("things", "", 20), OptionalLong.of(start + 1));
        assertThrows(StatusError.class, () -> store.watch(new Watcher("things", "", 20), OptionalLong.of(start)));
    }

    @Test
    void aNamespaceIsNotTakenForAnotherThatBeginsAlike() {
        store.put("things", thing("a", "x"));
        store.put("things", thing("a-b", "y"));
        store.put("things", thing("ab", "z"));
        assertEquals(
                List.of("x"), store.list("things", "a").stream().map(Meta::name).toList());
        assertEquals(List.of("things"), List.copyOf(store.collectionsIn("a-b")));
    }

    private static ObjectNode thing(String namespace, String name) {
        return tree("{'metadata':{'namespace':'" + namespace + "','name':'" + name + "'}}");
    }
}
