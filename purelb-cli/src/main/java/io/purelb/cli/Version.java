package io.purelb.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code purelb version}: the version of this build and of the Java that runs it. */
@Command(name = "version", description = "Print the versions of PureLB and Java.", mixinStandardHelpOptions = true)
final class Version implements Runnable, IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Override
    public String[] getVersion() {
        String ours = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
        return new String[] {"PureLB " + ours + ", Java " + Runtime.version()};
    }

    @Override
    public void run() {
        spec.commandLine().getOut().println(getVersion()[0]);
    }
}
