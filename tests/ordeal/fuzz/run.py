"""Fuzz one decoder with atheris for a while.

Usage: python tests/ordeal/fuzz/run.py TARGET SECONDS SEED

What makes it fail is written to build/fuzz; put it into tests/ordeal/fuzz/corpus/TARGET, where
``make test`` keeps running it.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
with atheris.instrument_imports(include=["candlemark"]):
    from ordeal.fuzz import targets

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def main(name, seconds, seed):
    """Run libFuzzer through atheris; it ends the process itself."""
    corpus, kept = ROOT / "build" / "fuzz" / name, Path(__file__).parent / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, example in enumerate(targets.TARGETS[name][1]()):
        (corpus / f"example{number}").write_bytes(example)
    folders = [str(corpus), *([str(kept)] if kept.is_dir() else [])]
    options = [
        f"-max_total_time={seconds}",
        f"-seed={int(seed) % (1 << 31) or 1}",
        "-max_len=8192",
        "-timeout=10",
        "-rss_limit_mb=768",
        "-malloc_limit_mb=256",
        "-verbosity=0",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus.parent}/{name}-",
    ]
    atheris.Setup([sys.argv[0], *options, *folders], lambda raw: targets.feed(name, raw))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
