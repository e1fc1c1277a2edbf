package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Where a shell tells users what happened to an object: {@link EventRecorder}, or a list in tests. Never blocks. */
public interface Events {
    /** Something happened as it should. */
    void normal(HasMetadata object, String reason, String message);

    /** Something that someone should look at. */
    void warning(HasMetadata object, String reason, String message);
}
