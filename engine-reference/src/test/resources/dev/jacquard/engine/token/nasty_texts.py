"""The texts that tokenizers are compared on: about 400, fixed by a seed, none from any data set."""

import random


def texts():
    fixed = [
        "", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\t\t x", " \n ", "a", " a", "a ", "  a  b   c    ",
        "Hello, world!", "Hello  world", " Hello world ", "hello\nworld", "hello\n\n\nworld", "hello \n world", "x\n  y\n\tz\n",
        "Once upon a time", "The quick brown fox jumps over the lazy dog.", "the whale, the white whale; The Whale",
        "I'm you're he's we've they'll I'd can't", "I'M YOU'RE HE'S WE'VE THEY'LL I'D CAN'T", "'s't're've'm'll'd", "'S'T'RE'VE'M'LL'D",
        "'lL 'Ll 'rE 'vE", "x's 's 'sx ''s '' ' 'x 'r 'l 'v", "'\u017f \u017f's K\u212a", "don\u2019t it\u2019s", "rock 'n' roll", "'", "''", " '", "' ",
        "0", "1", "12", "123", "1234", "12345678901234567890", "3.14159", "1,000,000", "a1b2c3", "2024-01-31T12:00:00Z", " 1 22 333 4444 55555",
        "\u0661\u0662\u0663\u0664 \u096a\u096b\u096c", "\u2160\u2161\u2162 \u2460\u2461 \u00bd\u00bc \u00b2\u00b3", "1\u00bd2", "\U0001d7d8\U0001d7d9\U0001d7da",
        "caf\u00e9 cafe\u0301 na\u00efve na\u0131ve", "\u1e9e\u00df \u0130i I\u0131", "Z\u0351\u036b\u0343a\u0300\u0301\u0302lgo\u0315", "e\u0301e\u0301 n\u0303", "\u0301", " \u0301a",
        "\u4f60\u597d\uff0c\u4e16\u754c\u3002", "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8\u3067\u3059", "\ud55c\uad6d\uc5b4 \ud14d\uc2a4\ud2b8", "\u4e2d\u6587 english \u6df7\u5408", "\u3000\u5168\u89d2\u3000\u7a7a\u767d",
        "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u200fabc\u200e\u202eabc\u202c", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5",
        "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
        "\U0001f600", "\U0001f600\U0001f601 \U0001f602", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", "\u2764\ufe0f x\ufe0f", "a\U0001f600b", " \U0001f600 ",
        "\U00010400\U00010428", "\U0001d49c\U0001d4b7", "\U00020000\U0002a6d6", "\U0010ffff", "\U000e0041", "\uffff\ufffe\ufffd", "\ufdd0", "\u0378",
        "a\u00a0b", "\u00a0\u00a0x", "a\u200bb", "\ufeffhello", "a\ufeff b", "a\u2028b\u2029c", "a\u0085b", "\u0085\u0085", "\u1680x\u205fy\u202fz", "\u180ex", "\u2000\u2001\u2002x", "\u00ad\u00a0\u00ad", "x \u00a0 y",
        "\x00", "a\x00b", "\x01\x02\x03", "\x07\x08\x1b[0m", "\x7f\x80\x9f", "a\x0bb\x0cc", "\x1c\x1d\x1e\x1f", "\x0b\x0c\r\n",
        "foo.bar(baz)[0] = {'a': 1, \"b\": [2, 3]};", "if (x == y) {\n    return x + 1;\n}\n", "def f(x):\n\treturn x**2  # power\n", "<html><body class=\"x\">&nbsp;</body></html>",
        "https://example.org/a/b?c=d&e=f#g", "user@example.org", "C:\\path\\to\\file", "a/b\\c|d", "$100 + 20% = \u20ac120", "\u2014\u2013-\u2026...", "\u201cquoted\u201d \u2018text\u2019", "((((()))))", "!!!???", "#hashtag @mention", "_under_score_", "`code`", "~~~", "^^^", "<=>", "a<b>c", "|x|",
        "...\n\n", "...\r\n\r\n  x", "!\n!\n", "\n !", " !\n x", " .\n", "x.\n\n\ny", "\n\n  \n\n", " \n \n x", "\r", "\r\r", "x\ry", "\n\r", "  \r\n  ", "\t\n\t", " \t \n \t ", "a \u00a0\n b", "   a\n", "a   ",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababababababab", "a" * 300, " " * 300, "\n" * 300, "1" * 301, "!" * 300, "the" * 100, " the" * 100, "\u00e9" * 100, "\U0001f600" * 50, " x" * 100, "  x" * 60, "ab " * 80,
        "\u2581", "a\u2581b", " \u2581 ", "\u2581\u2581x", "\u0120the \u010a", "\u0120", "\u0100\u0143\u0144", "<0x0A>", "<0xFF>x", "<s>", "</s>", "<unk>", "<s>hello</s>", " <s> a </s> ", "<s><s>", "<s", "s>", "<0x4",
        "<|end|>", "<|user|>Hi<|end|><|assistant|>", "a<|end|>b", "a <|end|> b", "<|end|>\n<|user|>\nx", "<|end", "<|end|", "|end|>", "<<|end|>>", "<|end|><|end|>", "<|end|>'s", "<|user|> <|user|>", "<|user|>\n\n<|user|>",
        "<tool>", "x<tool>y", "<tool><tool>x", "<tool", "<tool>>", "<toolbox>", "a<toolbox>b", "<toolbo", " <tool> ", "<tool>\n", "<|endoftext|>", "<|end|>oftext|>",
    ]
    pieces = [
        " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "a", "the", "The", " whale", "ship", "Z", "x", "\u00e9", "e\u0301", "\u00df", "\u4e16", "\u754c", "\u043c\u0438\u0440", "\U0001f600", "\u200d", "\ufeff", "1", "12", "999", "\u0663", "\u00bd",
        "'s", "'LL", "'t", "'", "\u2019", ".", ",", "!", "?", "...", "-", "\u2014", "(", ")", "<", ">", "|", "$", "=", "_", "\u20ac", "<|end|>", "<|user|>", "<tool>", "<toolbox>", "<s>", "</s>", "\u2581", "\x00", "\x7f", "\u0085", "in", "er", "ing",
    ]
    rnd = random.Random(20261122)
    mixed = ["".join(rnd.choice(pieces) for _ in range(rnd.randint(2, 14))) for _ in range(180)]
    return list(dict.fromkeys(fixed + mixed))


if __name__ == "__main__":
    print(len(texts()))
