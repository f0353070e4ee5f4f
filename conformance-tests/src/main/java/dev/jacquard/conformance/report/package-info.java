/// What a run of the kit says: for people, as JSON, as JUnit XML.
@NullMarked
package dev.jacquard.conformance.report;

import org.jspecify.annotations.NullMarked;
