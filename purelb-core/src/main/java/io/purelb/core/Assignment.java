package io.purelb.core;

/** An address with the group it was allocated from. */
public record Assignment(IpAddress address, String group) {}
