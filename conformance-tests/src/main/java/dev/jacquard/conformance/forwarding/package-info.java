/// Wrappers that hand every call on: what is wrong, counted or guarded is a small subclass.
@NullMarked
package dev.jacquard.conformance.forwarding;

import org.jspecify.annotations.NullMarked;
