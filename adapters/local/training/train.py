"""Trains the weights that ship: `python -m adapters.local.training.train DATA`, DATA being the folder of corpora."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from adapters.local.asks import asking
from adapters.local.linear import CLASSES, encoded
from adapters.local.training.corpora import everything, parakweet
from adapters.local.training.fitting import Floats, cases, fit, temperature
from adapters.local.training.measuring import Judged, held_out, per_category, per_corpus, reliability

WEIGHTS = Path(__file__).parent.parent / "weights.tsv"


def main(arguments: list[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds mail/, tools/ and injection/")
    parser.add_argument("--measure", action="store_true", help="only measure, write no weights")
    options = parser.parse_args(arguments)
    found = cases(everything(options.data))
    judged = held_out(found)
    heat = temperature(judged)
    report(judged, heat, options.data)
    if not options.measure:
        write(fit(found), heat)


def report(judged: Judged, heat: float, data: Path) -> None:
    """Print how well verdicts hold on sources that were not trained on."""
    print(f"{len(judged)} mails, held out by source, temperature {heat}\n")
    for lines in (per_category(judged), per_corpus(judged), reliability(judged, heat)):
        print("\n".join(lines), end="\n\n")
    print(_asks_found(data))


def write(weights: dict[str, Floats], heat: float) -> None:
    """Write the weights as text: a word, a tab, six bytes in hexadecimal."""
    lines = [
        f"#temperature\t{heat}",
        *(f"{word}\t{encoded(row.tolist())}" for word, row in weights.items() if abs(row).max() >= 0.1),
    ]
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} words of {CLASSES} weights, {WEIGHTS.stat().st_size // 1024} kB")


def _asks_found(data: Path) -> str:
    outcomes = [(wanted, bool(asking([sentence]))) for wanted, sentence in parakweet(data)]
    both = sum(wanted and got for wanted, got in outcomes)
    precision = both / sum(got for _, got in outcomes)
    recall = both / sum(wanted for wanted, _ in outcomes)
    return f"asks: precision {precision:.3f}, recall {recall:.3f} of {len(outcomes)} sentences"


if __name__ == "__main__":
    main(sys.argv[1:])
