/// How plugins are found, isolated, checked, chosen and configured. Engine and conformance kit use the very same code; plugins never see this package.
@NullMarked
package dev.jacquard.host;

import org.jspecify.annotations.NullMarked;
