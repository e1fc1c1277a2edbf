/** An embedded Kubernetes API server and hosts as network namespaces, for tries and tests. */
@NullMarked
package io.purelb.lab;

import org.jspecify.annotations.NullMarked;
