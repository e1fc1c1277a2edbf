/** rtnetlink, ARP and NDP on Linux through libc. */
@NullMarked
package io.purelb.netlink;

import org.jspecify.annotations.NullMarked;
