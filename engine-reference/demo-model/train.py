"""Trains the demo model on two CPU cores. See README.md for the command of the shipped model.

A run is fixed by its seed and its plan: batches are drawn from a seeded generator, and the learning rate and
the length of the sequences depend on the step alone. A plan is a list of knots [step, rate, end]: from `step`
on the rate falls in a straight line from `rate` to zero at `end` (no `end`: it stays). While a plan is being
made (--minutes), new knots are set every two minutes from the measured speed, so that the run ends in time on a
machine that is shared; the finished plan is saved in facts.json and repeats the run (--plan).
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Config:
    vocab, dim, layers, heads, kv_heads, ffn = 4096, 256, 5, 8, 4, 704
    context, rope_base, eps = 2048, 10000.0, 1e-5
    head = dim // heads


SHORT, LONG = (8, 256), (2, 1024)  # (sequences, tokens of each) of a step
LONG_SHARE = 0.12  # the last part of the time runs on long sequences
WARM_UP = 150
REPLAN = 120  # seconds between two looks at the speed
SAVE = 300  # seconds between two checkpoints
MIX = {"sotu": 0.38, "moby": 0.10, "chat": 0.22, "tales": 0.30}


def rotate(x, cos, sin):
    """Rotary embedding on the pairs (2i, 2i+1), the order of the "llama" architecture in GGUF."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.attn_norm = nn.RMSNorm(c.dim, eps=c.eps)
        self.q = nn.Linear(c.dim, c.heads * c.head, bias=False)
        self.k = nn.Linear(c.dim, c.kv_heads * c.head, bias=False)
        self.v = nn.Linear(c.dim, c.kv_heads * c.head, bias=False)
        self.o = nn.Linear(c.heads * c.head, c.dim, bias=False)
        self.ffn_norm = nn.RMSNorm(c.dim, eps=c.eps)
        self.gate = nn.Linear(c.dim, c.ffn, bias=False)
        self.up = nn.Linear(c.dim, c.ffn, bias=False)
        self.down = nn.Linear(c.ffn, c.dim, bias=False)

    def forward(self, x, cos, sin):
        c = self.c
        b, t, _ = x.shape
        h = self.attn_norm(x)
        q = rotate(self.q(h).view(b, t, c.heads, c.head).transpose(1, 2), cos, sin)
        k = rotate(self.k(h).view(b, t, c.kv_heads, c.head).transpose(1, 2), cos, sin)
        v = self.v(h).view(b, t, c.kv_heads, c.head).transpose(1, 2)
        k, v = (z.repeat_interleave(c.heads // c.kv_heads, dim=1) for z in (k, v))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(a.transpose(1, 2).reshape(b, t, -1))
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self, c=Config):
        super().__init__()
        self.c = c
        self.embed = nn.Embedding(c.vocab, c.dim)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c.layers))
        self.norm = nn.RMSNorm(c.dim, eps=c.eps)
        angles = torch.outer(
            torch.arange(c.context).double(),
            c.rope_base ** (-torch.arange(0, c.head, 2).double() / c.head),
        )
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                scale = 0.02
                if name.endswith(("o.weight", "down.weight")):
                    scale /= math.sqrt(2 * c.layers)
                nn.init.normal_(p, std=scale)

    def forward(self, ids):
        t = ids.shape[1]
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, self.cos[:t], self.sin[:t])
        return F.linear(self.norm(x), self.embed.weight)

    def loss(self, ids):
        logits = self(ids[:, :-1])
        return F.cross_entropy(logits.reshape(-1, self.c.vocab), ids[:, 1:].reshape(-1))


class Data:
    """Windows that open with the document mark and go on from the start of a paragraph or a conversation."""

    def __init__(self, work, mark):
        self.mark = mark
        self.parts = {
            name: (np.load(work / f"{name}.tokens.npy"), np.load(work / f"{name}.starts.npy"))
            for name in ("sotu", "moby", "chat", "tales", "sotu-val", "moby-val", "tales-val")
        }

    def window(self, part, start, length):
        tokens = self.parts[part][0]
        return np.concatenate(([self.mark], tokens[start : start + length]))

    def starts(self, part, length):
        tokens, starts = self.parts[part]
        return starts[starts + length <= len(tokens)]

    def batch(self, rng, shape, mix):
        rows, length = shape
        out = []
        for part in rng.choice(list(mix), size=rows, p=list(mix.values())):
            out.append(self.window(part, rng.choice(self.starts(part, length)), length))
        return torch.from_numpy(np.stack(out).astype(np.int64))

    def validation(self, length, count):
        """Fixed windows, evenly spread over the held-out parts."""
        for part in ("sotu-val", "moby-val", "tales-val"):
            starts = self.starts(part, length)
            picked = starts[np.linspace(0, len(starts) - 1, count).astype(int)]
            rows = np.stack([self.window(part, s, length) for s in picked])
            yield part, torch.from_numpy(rows.astype(np.int64))


@torch.no_grad()
def evaluate(model, data, length=256, count=32):
    return {part: model.loss(ids).item() for part, ids in data.validation(length, count)}


@torch.no_grad()
def sample(model, ids, count, temperature, generator, stop):
    ids = list(ids)
    for _ in range(count):
        logits = model(torch.tensor([ids]))[0, -1] / temperature
        nxt = torch.multinomial(F.softmax(logits, -1), 1, generator=generator).item()
        if nxt in stop:
            break
        ids.append(nxt)
    return ids


class Plan:
    """Learning rate, sequence shape and shares of the parts at every step."""

    def __init__(self, knots, warm_ups, long_from=None, steps=None, mixes=None):
        self.knots, self.warm_ups, self.long_from, self.steps = knots, warm_ups, long_from, steps
        self.mixes = mixes or [[0, MIX]]

    def mix(self, step):
        return next(m for m in reversed(self.mixes) if m[0] <= step)[1]

    def line(self, step):
        at, rate, end = next(k for k in reversed(self.knots) if k[0] <= step)
        return rate if end is None else rate * max(0.01, (end - step) / (end - at))

    def rate(self, step):
        start = max(w for w in self.warm_ups if w <= step)
        return self.line(step) * min(1.0, (step - start + 1) / WARM_UP)

    def shape(self, step):
        return SHORT if self.long_from is None or step < self.long_from else LONG


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("work", type=Path)
    args.add_argument("--plan", type=Path, help="facts.json of the run to repeat")
    args.add_argument("--steps", type=int, help="a plan of its own: linear decay over this many steps")
    args.add_argument("--minutes", type=float, default=75, help="time for a run without --plan and --steps")
    args.add_argument("--resume", action="store_true", help="go on from the checkpoint in the work folder")
    args.add_argument("--rate", type=float, help="with --resume: lift the rate of an unfinished plan to this value")
    args.add_argument("--peak", type=float, default=2e-3)
    args.add_argument("--seed", type=int, default=1801)
    args.add_argument("--threads", type=int, default=2)
    a = args.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    rng = np.random.default_rng(a.seed)
    data = Data(a.work, mark=Config.vocab - 5)
    model = Model()
    optimiser = make_optimiser(model)
    print(f"parameters {sum(p.numel() for p in model.parameters())}", flush=True)
    plan = Plan([[0, a.peak, None]], [0])
    step, tokens, spent_before = 0, 0, 0.0
    if a.plan:
        plan = Plan(**json.loads(a.plan.read_text())["plan"])
    elif a.steps:
        plan = Plan([[0, a.peak, a.steps]], [0], int(a.steps * (1 - LONG_SHARE)), a.steps)
    if a.resume:
        saved = torch.load(a.work / "checkpoint.pt")
        facts = saved["facts"]
        step, tokens, spent_before = facts["step"], facts["tokens"], facts["seconds"]
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        rng.bit_generator.state = saved["rng"]
        plan = Plan(**facts["plan"])
        if plan.mix(step) != MIX:
            plan.mixes.append([step, MIX])
        if a.rate:
            plan.knots.append([step, a.rate, None])
    live = plan.steps is None
    start = saved_at = looked_at = time.time()
    looked_step, mean = step, None
    while plan.steps is None or step < plan.steps:
        now = time.time()
        if live and plan.steps is None and now - looked_at > REPLAN:
            speed = (step - looked_step) / (now - looked_at)
            left = a.minutes * 60 - (now - start)
            end = step + max(20, int(left * speed))
            plan.knots.append([step, plan.line(step), end])
            if plan.long_from is None and now - start > a.minutes * 60 * (1 - LONG_SHARE):
                plan.long_from = step
            if left < 2 * REPLAN:
                plan.steps = end
            looked_at, looked_step = now, step
            print(f"knot {plan.knots[-1]} long_from {plan.long_from} steps {plan.steps}", flush=True)
        rate = plan.rate(step)
        for group in optimiser.param_groups:
            group["lr"] = rate
        if step > 0 and step in plan.warm_ups:  # a leg that starts with an optimiser without memory
            optimiser.state.clear()
            rng = np.random.default_rng([a.seed, step])
        ids = data.batch(rng, plan.shape(step), plan.mix(step))
        loss = model.loss(ids)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        tokens += ids[:, 1:].numel()
        mean = loss.item() if mean is None else 0.95 * mean + 0.05 * loss.item()
        spent = spent_before + time.time() - start
        if step % 50 == 0 or step == plan.steps:
            print(
                f"step {step} loss {mean:.4f} norm {norm:.2f} rate {rate:.2e} tokens {tokens} seconds {spent:.0f}",
                flush=True,
            )
        if step == plan.steps or time.time() - saved_at > SAVE:
            saved_at = time.time()
            result = evaluate(model, data)
            print(f"step {step} validation {result}", flush=True)
            facts = {"step": step, "tokens": tokens, "train": mean, "validation": result, "seconds": spent,
                     "seed": a.seed, "plan": vars(plan)}
            part = a.work / "checkpoint.part"
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(),
                        "rng": rng.bit_generator.state, "facts": facts}, part)
            part.replace(a.work / "checkpoint.pt")
            (a.work / "facts.json").write_text(json.dumps(facts, indent=1))


def make_optimiser(model):
    matrices = [p for p in model.parameters() if p.dim() == 2]
    norms = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": norms, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), fused=True)


if __name__ == "__main__":
    main()
