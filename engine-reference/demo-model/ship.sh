#!/bin/sh
# Puts the model of a work folder into the engine's resources, with its golden file, record and samples.
# Usage: ship.sh WORK
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place=dev/jacquard/engine/demo
model=$here/../src/main/resources/$place/jacquard-demo.gguf
golden=$here/../src/test/resources/$place/jacquard-demo.golden.json
mkdir -p "$(dirname "$model")" "$(dirname "$golden")"
python3 "$here/export.py" "$1" "$1/new.gguf" "$here/training.json" "$here/samples.txt"
python3 "$here/oracle.py" "$1/new.gguf" "$1/new.golden.json"
mv "$1/new.gguf" "$model"
mv "$1/new.golden.json" "$golden"
