/// From a factory to something that checks can try: contexts that carry the plugin's instance, and that
/// hand on the policy a factory plugs into the host's mechanism.
@NullMarked
package dev.jacquard.conformance.subject;

import org.jspecify.annotations.NullMarked;
