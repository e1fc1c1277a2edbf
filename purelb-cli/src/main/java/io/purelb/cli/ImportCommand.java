package io.purelb.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code import}: from another load balancer; what it is configured with becomes ServiceGroups. */
@Command(
        name = "import",
        description = "Say the configuration of another load balancer in PureLB's words; changes nothing.",
        mixinStandardHelpOptions = true,
        subcommands = ImportMetalLbCommand.class)
final class ImportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What to import is missing: metallb");
    }
}
