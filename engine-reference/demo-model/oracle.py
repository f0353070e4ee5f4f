"""Independent check of the shipped GGUF: reads the file back and runs it in float64, NumPy only.

Usage: oracle.py MODEL.gguf GOLDEN.json

It shares no code with the scripts that made the file. The forward pass works on the dequantised values of
the file and computes the whole sequence anew for every token, without a cache.
"""

import json
import re
import struct
import sys

import numpy as np

PROMPTS = [
    ("text", "The people of the United States"),
    ("text", "Call me Ishmael."),
    ("chat", "<|user|>Tell me about the sea.<|end|><|assistant|>"),
]
TOKENIZER_TEXTS = [
    "", " ", "Hello, world!", "hello  world", "   leading and trailing   ", "It's we'll they'd I'm you've he's",
    "In 1862 the sum was $1,234.56 (about 7%).", "line one\nline two\n\n  indented\ttab\r\n", "<|user|>Hi<|end|>",
    "na\u00efve caf\u00e9 \u2014 \u201cquoted\u201d", "\u65e5\u672c\u8a9e", "\U0001f433 whale", "UPPER lower MiXeD",
    "antidisestablishmentarianism", "a" * 40, "!!! ??? ... ---", "<|user", "\u0000\u0001",
]
STEPS = 48


class Gguf:
    """The metadata and the dequantised tensors of a GGUF file."""

    SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def __init__(self, path):
        with open(path, "rb") as source:
            self.data = source.read()
        self.at = 0
        magic, version, tensors, keys = self.unpack("4sIQQ")
        assert magic == b"GGUF" and version == 3
        self.metadata = {}
        for _ in range(keys):
            key = self.text()
            self.metadata[key] = self.item(self.unpack("I")[0])
        infos = []
        for _ in range(tensors):
            name = self.text()
            (rank,) = self.unpack("I")
            shape = self.unpack(f"{rank}Q")[::-1]
            infos.append((name, shape, *self.unpack("IQ")))
        step = self.metadata.get("general.alignment", 32)
        base = (self.at + step - 1) // step * step
        self.tensors = {name: self.tensor(shape, kind, base + at) for name, shape, kind, at in infos}

    def unpack(self, form):
        out = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return out

    def text(self):
        (n,) = self.unpack("Q")
        self.at += n
        return self.data[self.at - n : self.at].decode("utf-8")

    def item(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            inner, n = self.unpack("IQ")
            return [self.item(inner) for _ in range(n)]
        return self.unpack(self.SCALARS[kind])[0]

    def tensor(self, shape, kind, at):
        n = int(np.prod(shape))
        if kind == 0:
            return np.frombuffer(self.data, "<f4", n, at).astype(np.float64).reshape(shape)
        assert kind == 8, f"tensor type {kind}"
        raw = np.frombuffer(self.data, np.uint8, n // 32 * 34, at).reshape(-1, 34)
        scale = raw[:, :2].copy().view("<f2").astype(np.float64)
        return (raw[:, 2:].view(np.int8) * scale).reshape(shape)


class Bpe:
    """Byte-level BPE straight from its definition: merge the pair of the lowest rank until none is left."""

    PIECES = re.compile(r"'(?:[stmd]|re|ve|ll)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")

    def __init__(self, metadata):
        self.tokens = metadata["tokenizer.ggml.tokens"]
        kinds = metadata["tokenizer.ggml.token_type"]
        self.control = [t for t, k in zip(self.tokens, kinds) if k == 3]
        self.ids = {t: i for i, t in enumerate(self.tokens)}
        self.rank = {tuple(m.split(" ")): i for i, m in enumerate(metadata["tokenizer.ggml.merges"])}
        plain = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or b >= 174]
        others = [b for b in range(256) if b not in plain]
        self.letter = {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(others)}
        self.byte = {c: b for b, c in self.letter.items()}

    def encode(self, text):
        out = []
        for part in re.split("(" + "|".join(map(re.escape, self.control)) + ")", text):
            if part in self.control:
                out.append(self.ids[part])
                continue
            for piece in self.PIECES.findall(part):
                symbols = [self.letter[b] for b in piece.encode("utf-8")]
                while True:
                    ranked = [(self.rank[p], p) for p in zip(symbols, symbols[1:]) if p in self.rank]
                    if not ranked:
                        break
                    left, right = min(ranked)[1]
                    joined = []
                    for s in symbols:
                        if joined and joined[-1] == left and s == right:
                            joined[-1] = left + right
                        else:
                            joined.append(s)
                    symbols = joined
                out += [self.ids[s] for s in symbols]
        return out

    def decode(self, ids):
        data = b""
        for i in ids:
            t = self.tokens[i]
            data += t.encode() if t in self.control else bytes(self.byte[c] for c in t)
        return data.decode("utf-8", errors="replace")


def forward(model, ids):
    """Logits of the last position."""
    m, w = model.metadata, model.tensors
    heads, groups = m["llama.attention.head_count"], m["llama.attention.head_count_kv"]
    eps, size = m["llama.attention.layer_norm_rms_epsilon"], m["llama.rope.dimension_count"]
    count = len(ids)
    # Each pair of neighbours (2i, 2i+1) is one complex number that is turned by position * base^(-2i/size).
    speed = m["llama.rope.freq_base"] ** (-2 * np.arange(size // 2) / size)
    turn = np.exp(1j * np.outer(np.arange(count), speed))[:, None, :]

    def norm(x, weight):
        return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps) * weight

    def rope(x):
        return (x.view(np.complex128) * turn).view(np.float64)

    hidden = np.triu(np.full((count, count), -np.inf), 1)
    x = w["token_embd.weight"][ids]
    for layer in range(m["llama.block_count"]):
        p = {k: w[f"blk.{layer}.{k}.weight"] for k in (
            "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")}
        h = norm(x, p["attn_norm"])
        q = rope((h @ p["attn_q"].T).reshape(count, heads, size))
        k = rope((h @ p["attn_k"].T).reshape(count, groups, size))
        v = (h @ p["attn_v"].T).reshape(count, groups, size)
        mixed = np.empty((count, heads, size))
        for head in range(heads):
            group = head * groups // heads
            score = q[:, head] @ k[:, group].T / np.sqrt(size) + hidden
            share = np.exp(score - score.max(axis=1, keepdims=True))
            mixed[:, head] = share / share.sum(axis=1, keepdims=True) @ v[:, group]
        x = x + mixed.reshape(count, heads * size) @ p["attn_output"].T
        h = norm(x, p["ffn_norm"])
        gate = h @ p["ffn_gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ p["ffn_up"].T)) @ p["ffn_down"].T
    out = w.get("output.weight", w["token_embd.weight"])
    return norm(x[-1], w["output_norm.weight"]) @ out.T


def golden(model, bpe, kind, prompt):
    ids = [model.metadata["tokenizer.ggml.bos_token_id"], *bpe.encode(prompt)]
    eos = model.metadata["tokenizer.ggml.eos_token_id"]
    greedy, steps, first = [], [], None
    for _ in range(STEPS):
        logits = forward(model, ids + greedy)
        if first is None:
            first = logits
        top = np.argsort(-logits, kind="stable")[:5]
        total = logits.max() + np.log(np.exp(logits - logits.max()).sum())
        steps.append([[int(i), round(float(logits[i] - total), 6)] for i in top])
        greedy.append(int(top[0]))
    stop = greedy.index(eos) if eos in greedy else None
    return {
        "kind": kind, "prompt": prompt, "prompt_ids": ids, "greedy_ids": greedy, "first_eos": stop,
        "text": bpe.decode(greedy[:stop]), "top5_logprobs": steps,
        "first_logits": [float(f"{v:.7g}") for v in first],
    }


def main(path, output):
    model = Gguf(path)
    bpe = Bpe(model.metadata)
    cases = [golden(model, bpe, kind, prompt) for kind, prompt in PROMPTS]
    result = {
        "about": "Made by demo-model/oracle.py in float64 from the dequantised weights of the GGUF. prompt_ids open "
                 "with BOS; markers in prompts are control tokens; greedy_ids run on past EOS; first_eos is the index "
                 "of the first EOS in greedy_ids or null; top5_logprobs are [id, natural log of probability] a step; "
                 "first_logits are the logits after the last prompt token. tokenizer: ids without BOS, markers parsed.",
        "cases": cases,
        "tokenizer": [{"text": t, "ids": bpe.encode(t)} for t in TOKENIZER_TEXTS],
    }
    with open(output, "w", encoding="utf-8") as out:
        out.write("{\n" + ",\n".join(
            json.dumps(key) + ": " + ("[\n" + ",\n".join(json.dumps(v) for v in value) + "\n]"
                                      if isinstance(value, list) else json.dumps(value))
            for key, value in result.items()) + "\n}\n")
    for case in cases:
        gaps = [s[0][1] - s[1][1] for s in case["top5_logprobs"]]
        print(f"{case['prompt']!r} -> {case['text']!r} (smallest gap of the two best: {min(gaps):.4f})")
    for entry in result["tokenizer"]:
        assert bpe.decode(entry["ids"]) == entry["text"], entry


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
