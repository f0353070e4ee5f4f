"""Byte-level BPE in the GPT-2 manner: trainer, encoder and decoder, standard library only.

The text is cut by the GPT-2 pre-tokenizer expression, every piece is written in the printable
byte alphabet of GPT-2, and merges are learnt on the counts of the distinct pieces. The expression
below is written for ASCII letters and digits, because `prepare.py` folds its text to ASCII; on such
text it is the same as the Unicode expression that an engine uses.
"""

import heapq
import json
import re
from collections import Counter, defaultdict

SPECIALS = ["<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
PIECE = re.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+"
)
SPECIAL_SPLIT = re.compile("(" + "|".join(re.escape(s) for s in SPECIALS) + ")")


def byte_alphabet():
    """The 256 printable characters that stand for the bytes, by byte value."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, spare = {b: chr(b) for b in keep}, 256
    for b in range(256):
        if b not in table:
            table[b] = chr(spare)
            spare += 1
    return table


ALPHABET = byte_alphabet()
BYTES = {c: b for b, c in ALPHABET.items()}


def train(texts, vocab_size):
    """Learns merges from an iterable of texts. Ties go to the lexically smaller pair."""
    counts = Counter()
    for text in texts:
        counts.update(PIECE.findall(text))
    words = [[ALPHABET[b] for b in piece.encode("utf-8")] for piece in counts]
    freqs = list(counts.values())
    pairs, where = Counter(), defaultdict(set)
    for i, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += freqs[i]
            where[pair].add(i)
    heap = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(heap)
    base = sorted(ALPHABET.values(), key=lambda c: (ord(c) > 255, ord(c)))
    vocab, merges, known = list(base), [], set(base)
    while len(vocab) + len(SPECIALS) < vocab_size:
        n, pair = heapq.heappop(heap)
        if -n != pairs[pair]:
            continue  # an outdated heap entry; the current count was pushed when it changed
        merged = pair[0] + pair[1]
        merges.append(pair)
        if merged not in known:
            known.add(merged)
            vocab.append(merged)
        changed = set()
        for i in where.pop(pair):
            old = words[i]
            new, j = [], 0
            while j < len(old):
                if j + 1 < len(old) and (old[j], old[j + 1]) == pair:
                    new.append(merged)
                    j += 2
                else:
                    new.append(old[j])
                    j += 1
            for p in zip(old, old[1:]):
                pairs[p] -= freqs[i]
                changed.add(p)
            for p in zip(new, new[1:]):
                pairs[p] += freqs[i]
                where[p].add(i)
                changed.add(p)
            words[i] = new
        for p in changed:
            if pairs[p] > 0:
                heapq.heappush(heap, (-pairs[p], p))
    return Tokenizer(vocab + SPECIALS, merges)


class Tokenizer:
    """Encodes and decodes with a learnt vocabulary; special markers in the text become their ids."""

    def __init__(self, vocab, merges):
        self.vocab = vocab
        self.merges = [tuple(m) for m in merges]
        self.ids = {token: i for i, token in enumerate(vocab)}
        self.ranks = {pair: i for i, pair in enumerate(self.merges)}
        self.cache = {}

    def save(self, path):
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"vocab": self.vocab, "merges": self.merges}, out, ensure_ascii=False)

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as source:
            data = json.load(source)
        return Tokenizer(data["vocab"], data["merges"])

    def encode(self, text):
        out = []
        for part in SPECIAL_SPLIT.split(text):
            if part in SPECIALS:
                out.append(self.ids[part])
            else:
                for piece in PIECE.findall(part):
                    out.extend(self._piece(piece))
        return out

    def decode(self, ids):
        parts = []
        for i in ids:
            token = self.vocab[i]
            if token in SPECIALS:
                parts.append(token.encode("utf-8"))
            else:
                parts.append(bytes(BYTES[c] for c in token))
        return b"".join(parts).decode("utf-8", errors="replace")

    def _piece(self, piece):
        found = self.cache.get(piece)
        if found is not None:
            return found
        parts = [ALPHABET[b] for b in piece.encode("utf-8")]
        while len(parts) > 1:
            rank, at = min(
                (self.ranks.get(p, 1 << 30), i) for i, p in enumerate(zip(parts, parts[1:]))
            )
            if rank == 1 << 30:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        found = [self.ids[p] for p in parts]
        self.cache[piece] = found
        return found
