/// The naive host passes, and each broken host dies by its rule.
@NullMarked
package dev.jacquard.conformance.host;

import org.jspecify.annotations.NullMarked;
