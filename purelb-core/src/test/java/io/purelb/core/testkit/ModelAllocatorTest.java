package io.purelb.core.testkit;

/** The properties on somebody else's allocator: here the model's. */
final class ModelAllocatorTest extends AllocatorProperties {
    @Override
    protected AllocatorPort allocator() {
        return new ModelAllocator();
    }
}
