/// Tests that each assertion fires on a planted misuse, by caller and by callee, and on nothing else.
@NullMarked
package dev.jacquard.conformance.asserting;

import org.jspecify.annotations.NullMarked;
