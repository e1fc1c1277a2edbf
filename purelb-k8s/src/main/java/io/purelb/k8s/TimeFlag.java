package io.purelb.k8s;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as flags, written as {@link LeaseTimes#parse} reads them. */
public final class TimeFlag implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return LeaseTimes.parse(text);
        } catch (IllegalArgumentException fault) {
            throw new TypeConversionException(fault.getMessage());
        }
    }
}
