package io.purelb.core.testkit;

/** The properties on this library's own allocator. */
final class AllocationsPropertyTest extends AllocatorProperties {
    @Override
    protected AllocatorPort allocator() {
        return new AllocationsPort();
    }
}
