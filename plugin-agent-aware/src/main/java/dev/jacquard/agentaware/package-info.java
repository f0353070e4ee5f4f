/// Caching and scheduling that know which requests belong to one workflow.
@NullMarked
package dev.jacquard.agentaware;

import org.jspecify.annotations.NullMarked;
