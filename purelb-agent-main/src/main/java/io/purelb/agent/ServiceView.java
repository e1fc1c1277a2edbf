package io.purelb.agent;

import io.purelb.core.AnnouncedService;
import java.util.Map;

/**
 * A Service as the agent needs it.
 *
 * @param announced what of it decides; without addresses when it is not ours any more
 * @param announcements its annotations about who announces it, by their keys
 */
record ServiceView(AnnouncedService announced, Map<String, String> announcements) {}
