"""Renders the chat templates in templates/ with Jinja, as the expected texts of the chat format tests.

    pip install jinja2==3.1.6
    python make_goldens.py [DIR_OF_OTHER_TEMPLATES]

The templates are written for this project; each does what the published template of its family does
with plain turns. With a directory of published templates named alike (chatml@anything.jinja, ...) the script
also renders those, up to a user's message, and stops where one differs from ours.
expected.txt has a line for each rendering: template, conversation, whether a generation prompt was
asked for, and the text as a JSON string, without the BOS in front (a tokenizer adds it).
A conversation that a template refuses has no line.
"""

import json
import sys
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = Path(__file__).parent
EOS = {"zephyr": "</s>", "jacquard": "<|end|>", "phi3": "<|endoftext|>"}


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def render(source, name, messages, prompt):
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    environment.globals["raise_exception"] = refuse
    try:
        text = environment.from_string(source).render(
            messages=messages, add_generation_prompt=prompt, bos_token="<s>", eos_token=EOS.get(name, "</s>"))
    except Refused:
        return None
    return text.removeprefix("<s>")


def conversations():
    result = {}
    for line in (HERE / "conversations.txt").read_text(encoding="ascii").splitlines():
        number, role, content = line.split(" ", 2)
        result.setdefault(number, []).append({"role": role, "content": json.loads(content)})
    return result


def main(other=None):
    lines = []
    for path in sorted((HERE / "templates").glob("*.jinja")):
        for number, messages in conversations().items():
            for prompt in (True, False):
                text = render(path.read_text(encoding="utf-8"), path.stem, messages, prompt)
                if text is not None:
                    lines.append(f"{path.stem} {number} {str(prompt).lower()} {json.dumps(text)}\n")
                for published in sorted(Path(other).glob(path.stem + "@*.jinja")) if other and prompt and messages[-1]["role"] == "user" else []:
                    theirs = render(published.read_text(encoding="utf-8"), path.stem, messages, prompt)
                    if theirs is not None and theirs != text:
                        raise SystemExit(f"{published} differs in conversation {number}:\n{theirs!r}\n{text!r}")
    (HERE / "expected.txt").write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
