package io.purelb.cli;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Something wrong with an address of a Service.
 *
 * @param problem what kind of thing
 * @param reason the constant of core's {@code Reason}; {@code -} where there is none
 * @param message what is wrong and what to do, in one sentence
 */
record ServiceProblem(Kind problem, String reason, String message) {
    /** What can be wrong, the gravest first. */
    enum Kind {
        /** The Service waits for an address. */
        PENDING,
        /** Another Service holds the address too, and the two may not share it. */
        CONFLICT,
        /** Two nodes are named as its announcer. */
        ANNOUNCED_TWICE,
        /** No node is. */
        NO_ANNOUNCER,
        /** The node that is does not work. */
        ANNOUNCER_UNHEALTHY,
        /** No service group hands it out any more. */
        ORPHANED,
        /** Nobody would answer on it. */
        NO_ENDPOINTS;

        /** The word of the table and of the reports. */
        @JsonValue
        String word() {
            return name().replace('_', ' ');
        }
    }

    static ServiceProblem of(Kind problem, String message) {
        return new ServiceProblem(problem, "-", message);
    }

    /** In few words. */
    String status() {
        return reason.equals("-") ? problem.word() : problem.word() + " " + reason;
    }

    /** In fewer: a conflict is long to tell, and who waits is told the most. */
    String mark() {
        return problem == Kind.CONFLICT ? problem.word() : status();
    }
}
