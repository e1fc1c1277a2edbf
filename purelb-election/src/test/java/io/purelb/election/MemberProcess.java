package io.purelb.election;

import io.purelb.core.Membership.Member;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A member in a process of its own, which lives until its input ends or it is killed. */
final class MemberProcess implements AutoCloseable {
    private final Process process;

    MemberProcess(String node, String secret, List<String> addresses) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Nothing the group needs is Java serialization.
                "-Djdk.serialFilter=!*",
                "-cp",
                System.getProperty("java.class.path"),
                MemberProcess.class.getName(),
                node,
                secret));
        command.addAll(addresses);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/member-process.log")))
                .start();
    }

    /** Sends the signal {@code KILL}, {@code STOP} or {@code CONT}. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill -" + name + " " + process.pid() + ": exit code " + code);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Arguments: node, secret, own address, peers. */
    public static void main(String[] arguments) throws IOException {
        GroupSettings settings = new GroupSettings(arguments[0], Addresses.of(arguments[2]))
                .withSecret(arguments[1].getBytes(StandardCharsets.UTF_8));
        try (Group group = new Group(
                settings, membership -> System.out.println(System.currentTimeMillis() + " " + membership.nodes()))) {
            group.publish(new Member(arguments[0], List.of(), List.of(), true, false, "child"));
            group.peers(Arrays.stream(arguments).skip(3).map(Addresses::of).toList());
            group.start();
            while (System.in.read() >= 0) {
                // Until the parent is gone.
            }
        }
    }
}
