"""Writes the checkpoint as a GGUF file (version 3, Q8_0 matrices, F32 norms).

Usage: export.py WORK OUTPUT.gguf RECORD.json SAMPLES.txt

RECORD.json receives the facts of the training run with its plan (`train.py --plan` repeats the run from it) and
the validation losses of the file; SAMPLES.txt receives texts sampled from the quantised weights.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

import bpe
import train

ALIGNMENT = 32
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9  # value types of GGUF
TENSOR_F32, TENSOR_Q8_0 = 0, 8
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] in ['system', 'user', 'assistant'] %}{% set role = message['role'] %}"
    "{% else %}{% set role = 'user' %}{% endif %}"
    "{{ '<|' + role + '|>' + (message['content'] | trim) + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
LAYER_NAMES = {
    "attn_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}


def quantise(matrix):
    """Q8_0: blocks of 32 values, an F16 scale and 32 signed bytes. Returns (bytes, the values they stand for)."""
    blocks = matrix.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / 127).astype(np.float16)
    wide = scale.astype(np.float32)
    inverse = np.divide(1, wide, out=np.zeros_like(wide), where=wide > 0)
    quants = np.clip(np.rint(blocks * inverse), -127, 127).astype(np.int8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("quants", "i1", 32)])
    packed["scale"], packed["quants"] = scale[:, 0], quants
    return packed.tobytes(), (quants * wide).reshape(matrix.shape)


def string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def value(kind, v):
    if kind == STRING:
        return string(v)
    if kind == ARRAY:
        inner, items = v
        return struct.pack("<IQ", inner, len(items)) + b"".join(value(inner, i) for i in items)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], v)


def write_gguf(path, metadata, tensors):
    """`metadata`: (key, type, value) triples. `tensors`: (name, shape with the rows first, type, bytes)."""
    head = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata))]
    for key, kind, v in metadata:
        head += [string(key), struct.pack("<I", kind), value(kind, v)]
    offset = 0
    for name, shape, kind, data in tensors:
        head += [string(name), struct.pack("<I", len(shape))]
        head += [struct.pack("<Q", n) for n in reversed(shape)]
        head.append(struct.pack("<IQ", kind, offset))
        offset += -(-len(data) // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as out:
        out.write(b"".join(head))
        out.write(bytes(-out.tell() % ALIGNMENT))
        for _, _, _, data in tensors:
            out.write(data)
            out.write(bytes(-len(data) % ALIGNMENT))


def describe(tokenizer, c):
    vocab = tokenizer.vocab
    ids = tokenizer.ids
    kinds = [3 if token in bpe.SPECIALS else 1 for token in vocab]
    return [
        ("general.architecture", STRING, "llama"),
        ("general.name", STRING, "jacquard-demo"),
        ("general.description", STRING, "Small demo model of Jacquard, trained from random weights on State of the "
         "Union speeches, Moby Dick and synthetic chat turns made from them. For tests and demonstrations only."),
        ("general.license", STRING, "cc0-1.0"),
        ("general.size_label", STRING, "4.7M"),
        ("general.alignment", U32, ALIGNMENT),
        ("general.file_type", U32, 7),
        ("general.quantization_version", U32, 2),
        ("llama.vocab_size", U32, c.vocab),
        ("llama.context_length", U32, c.context),
        ("llama.embedding_length", U32, c.dim),
        ("llama.block_count", U32, c.layers),
        ("llama.feed_forward_length", U32, c.ffn),
        ("llama.attention.head_count", U32, c.heads),
        ("llama.attention.head_count_kv", U32, c.kv_heads),
        ("llama.attention.layer_norm_rms_epsilon", F32, c.eps),
        ("llama.rope.dimension_count", U32, c.head),
        ("llama.rope.freq_base", F32, c.rope_base),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "gpt-2"),
        ("tokenizer.ggml.tokens", ARRAY, (STRING, vocab)),
        ("tokenizer.ggml.token_type", ARRAY, (I32, kinds)),
        ("tokenizer.ggml.merges", ARRAY, (STRING, [f"{a} {b}" for a, b in tokenizer.merges])),
        ("tokenizer.ggml.bos_token_id", U32, ids["<|endoftext|>"]),
        ("tokenizer.ggml.eos_token_id", U32, ids["<|end|>"]),
        ("tokenizer.ggml.eot_token_id", U32, ids["<|end|>"]),
        ("tokenizer.ggml.padding_token_id", U32, ids["<|endoftext|>"]),
        ("tokenizer.ggml.add_bos_token", BOOL, True),
        ("tokenizer.ggml.add_eos_token", BOOL, False),
        ("tokenizer.chat_template", STRING, CHAT_TEMPLATE),
    ]


def gguf_name(name):
    parts = name.split(".")
    if parts[0] == "layers":
        return f"blk.{parts[1]}.{LAYER_NAMES[parts[2]]}.weight"
    return {"embed": "token_embd.weight", "norm": "output_norm.weight"}[parts[0]]


def main(work, output, record, samples):
    torch.set_num_threads(1)
    saved = torch.load(work / "checkpoint.pt")
    tokenizer = bpe.Tokenizer.load(work / "tokenizer.json")
    model = train.Model()
    model.load_state_dict(saved["model"])
    data = train.Data(work, mark=tokenizer.ids["<|endoftext|>"])
    tensors, rounded = [], {}
    for name, weight in model.state_dict().items():
        array = weight.numpy()
        if array.ndim == 1:
            kind, packed, rounded[name] = TENSOR_F32, array.astype("<f4").tobytes(), array
        else:
            kind = TENSOR_Q8_0
            packed, rounded[name] = quantise(array)
        tensors.append((gguf_name(name), array.shape, kind, packed))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_gguf(output, describe(tokenizer, train.Config), tensors)
    model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in rounded.items()})
    facts = saved["facts"] | {
        "parameters": sum(p.numel() for p in model.parameters()),
        "validation_q8_0": train.evaluate(model, data),
        "validation_q8_0_1024_tokens": train.evaluate(model, data, length=1024, count=8),
        "file_bytes": output.stat().st_size,
        "file_sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "torch": torch.__version__, "numpy": np.__version__, "python": sys.version.split()[0],
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(fact)}" for key, fact in facts.items())
    record.write_text("{\n" + lines + "\n}\n")
    samples.write_text(show(model, tokenizer), encoding="utf-8")
    print(lines)


def show(model, tokenizer):
    """Greedy and warm continuations of some prompts."""
    generator = torch.Generator().manual_seed(1)
    mark, end = tokenizer.ids["<|endoftext|>"], tokenizer.ids["<|end|>"]
    prompts = ["The people of the United States", "The whale", "My fellow Americans,", "Call me Ishmael."]
    questions = ["Hello!", "Who are you?", "Tell me about the sea.", "What do you think about peace?",
                 "Continue: The ship sailed into the harbor.", "What is the capital of France?", "Count to five.",
                 "Tell me a story.", "Thank you!"]
    prompts += [f"<|user|>{q}<|end|><|assistant|>" for q in questions]
    out = []
    for prompt in prompts:
        ids = [mark, *tokenizer.encode(prompt)]
        for heat in (0.01, 0.7):
            text = tokenizer.decode(train.sample(model, ids, 80, heat, generator, {mark, end})[1:])
            out.append(f"[temperature {heat}] {text}\n")
    return "\n".join(out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
