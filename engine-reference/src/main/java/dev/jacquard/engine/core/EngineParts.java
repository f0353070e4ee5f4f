package dev.jacquard.engine.core;

import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.schedule.SchedulerLimits;

/// What an engine loop is made of, chosen and built before it starts.
///
/// @param endTokens tokens that end an answer
public record EngineParts(
    KernelBackend backend,
    ModelGraph graph,
    KvCache kv,
    StepShape shape,
    SchedulerLimits limits,
    StepBudget budget,
    EngineClock clock,
    EngineEvents events,
    EndTokens endTokens) {}
