package io.purelb.cli;

import io.purelb.core.UserText;
import io.purelb.lab.LabException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line: {@code purelb VERB}, also {@code kubectl purelb VERB}. Usage errors, and a lab that
 * cannot run, are one sentence and code 2; input that cannot be used is one sentence and code 1. */
@Command(
        name = "purelb",
        description = {
            "A load-balancer orchestrator for bare-metal Kubernetes.",
            "`purelb allocator` and `purelb agent` run the two controllers."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ApplyCrdsCommand.class,
            CleanupNodesCommand.class,
            ImportCommand.class,
            LabCommand.class,
            PlanCommand.class,
            ServicesCommand.class,
            SimulateCommand.class,
            Version.class
        })
public final class PurelbCli implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs one verb and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new PurelbCli())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(PurelbCli::usage)
                .setExecutionExceptionHandler(PurelbCli::failure);
    }

    private static int failure(Exception failure, CommandLine verb, ParseResult arguments) throws Exception {
        if (failure instanceof LabException || failure instanceof InputException) {
            verb.getErr().println("purelb: " + UserText.escaped(String.valueOf(failure.getMessage())));
            return failure instanceof InputException ? ExitCode.SOFTWARE : ExitCode.USAGE;
        }
        throw failure;
    }

    private static int usage(ParameterException wrong, String... arguments) {
        String sentence = wrong.getMessage().lines().findFirst().orElse("wrong usage");
        wrong.getCommandLine()
                .getErr()
                .println("purelb: " + UserText.escaped(sentence) + "; see `"
                        + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
        return ExitCode.USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A verb is missing");
    }
}
