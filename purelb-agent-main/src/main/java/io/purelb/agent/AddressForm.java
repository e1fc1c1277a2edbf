package io.purelb.agent;

/**
 * How the kernel has an address, beside where.
 *
 * @param marked whether it carries the mark of this program
 * @param secondary whether an earlier IPv4 address of its subnet on that interface is the primary one
 * @param deprecated whether its preferred lifetime is over
 * @param noPrefixRoute whether the kernel made no connected route for it
 */
record AddressForm(boolean marked, boolean secondary, boolean deprecated, boolean noPrefixRoute) {}
