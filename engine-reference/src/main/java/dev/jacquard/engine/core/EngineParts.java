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
/// @param vocabulary tokens the tokenizer knows; the model may have logits for more, which are never chosen
public record EngineParts(
    KernelBackend backend,
    ModelGraph graph,
    KvCache kv,
    StepShape shape,
    SchedulerLimits limits,
    StepBudget budget,
    EngineClock clock,
    EngineEvents events,
    EndTokens endTokens,
    int vocabulary) {}
