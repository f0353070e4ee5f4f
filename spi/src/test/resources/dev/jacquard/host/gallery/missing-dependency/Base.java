package gallery.missingdependency;

import dev.jacquard.spi.plugin.EnginePlugin;

/// Left out of the jar by the test.
public abstract class Base implements EnginePlugin {}
