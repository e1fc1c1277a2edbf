package io.purelb.cli;

import io.purelb.lab.LabException;
import io.purelb.lab.LabProgram;
import io.purelb.lab.LabSettings;
import io.purelb.lab.LabSettings.Api;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code purelb lab}: the whole product on one machine, for a look or as a check. */
@Command(
        name = "lab",
        description = "Run an API server, the allocator, three agents and a client host in network namespaces of this"
                + " machine, with sample Services; stay up until Ctrl-C.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:a claim of --check is false",
            "2:the lab cannot run here; the message says why"
        })
final class LabCommand implements Callable<Integer> {
    /** Set by the launcher when it put this process into namespaces of its own. */
    private static final String STATE = "PURELB_LAB_STATE";

    @Option(names = "--check", description = "Walk through the main job, one line per claim, then remove everything.")
    private boolean check;

    @Option(
            names = "--api",
            defaultValue = "embedded",
            description =
                    "embedded: our own API server (default); real: etcd and kube-apiserver from the directory that"
                            + " KUBEBUILDER_ASSETS names.")
    private Api api = Api.EMBEDDED;

    @Override
    public Integer call() {
        Optional<String> ownState = Optional.ofNullable(System.getenv(STATE));
        LabSettings settings = new LabSettings(
                api,
                assets(),
                Path.of(System.getProperty("purelb.home", ".")).resolve("manifests"),
                Path.of(ownState.orElse("/run/purelb-lab")),
                ownState.isPresent());
        return LabProgram.run(settings, check, System.out);
    }

    private Path assets() {
        String directory = System.getenv("KUBEBUILDER_ASSETS");
        if (api == Api.REAL && (directory == null || directory.isEmpty())) {
            throw new LabException(
                    "--api real needs KUBEBUILDER_ASSETS, the directory that holds etcd and kube-apiserver.");
        }
        return Path.of(directory == null ? "" : directory);
    }
}
