"""One training run: its rate, its average, checkpoints that survive a pulled plug."""

import csv
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import torch
import yaml
from torch import Tensor, nn
from tqdm import tqdm

from models.training.graph import Graph
from models.training.narrowing import narrowed
from models.training.network import Average, Network, Rounding
from models.training.weights import Weights, load_weights
from models.training.widening import widened

CHECKPOINT_EVERY_S = 180.0
PATH = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast; the run ends at whichever limit comes first."""

    images: int
    hours: float
    batch: int
    rate: float
    decay: float
    average: float
    warm_up: float = 0.02
    """Fraction of the run."""
    rounded_from: float = 0.88
    """Progress from which the network feels int8."""
    seed: int = 1


def run_options(
    images: int, batch: int, rate: float
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that every run has, with one network's defaults.

    They become `out`, `resume`, `start`, `threads`, `workers` (processes that draw
    batches), and the fields of a `Plan`.
    """
    options = [
        click.option("--out", type=PATH, required=True),
        click.option("--resume", is_flag=True, help="Go on from OUT/last.pt."),
        click.option(
            "--start",
            type=PATH,
            help="Weights (.npz) to begin from, fitted to a network of other widths.",
        ),
        click.option("--threads", default=1, show_default=True),
        click.option("--workers", default=0, show_default=True),
        click.option("--images", default=images, show_default=True),
        click.option("--hours", default=24.0, show_default=True),
        click.option("--batch", default=batch, show_default=True),
        click.option("--rate", default=rate, show_default=True),
        click.option("--seed", default=1, show_default=True),
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


class Run:
    """Weights, optimiser and how far we are; writes `last.pt` and `curve.csv`."""

    def __init__(
        self, graph: Graph, plan: Plan, folder: Path, only: str | None = None
    ) -> None:
        """only: the output whose own layers alone are to be trained."""
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.folder = folder
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._in_bfloat16 = _bfloat16_is_quick(self.device)
        self.network = Network(graph).to(self.device, memory_format=torch.channels_last)
        self._still = _held_still(self.network, only) if only else []
        self.average = Average(self.network, plan.average)
        self.optimiser = torch.optim.AdamW(
            _groups(self.network, plan.decay), lr=plan.rate, betas=(0.9, 0.98)
        )
        self.images = 0
        self.images_before = 0
        """Seen by the weights that the run began from."""
        self.seconds = 0.0
        self._saved_at = 0.0
        self._bar: tqdm[Any] | None = None

    @property
    def progress(self) -> float:
        """0 at the start, 1 when the run is over."""
        return max(
            self.images / self.plan.images, self.seconds / (self.plan.hours * 3600)
        )

    def rate(self) -> float:
        """Linear warm-up, then cosine to zero."""
        progress = min(self.progress, 1.0)
        warm = min(progress / self.plan.warm_up, 1.0) if self.plan.warm_up else 1.0
        return self.plan.rate * max(warm, 0.02) * (1 + math.cos(math.pi * progress)) / 2

    def begin(self, start: Path | None, *, resume: bool) -> None:
        """Go on from `last.pt` if asked and there is one, else from given weights.

        Raises `click.BadParameter` if those cannot be narrowed to this network.
        """
        last = self.folder / "last.pt"
        if resume and last.exists():
            state = torch.load(last, map_location=self.device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.average.network.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.images, self.seconds = state["images"], state["seconds"]
            self.images_before = state["images_before"]
        elif start:
            card = start.with_suffix(".yaml")
            if card.exists():
                facts = yaml.safe_load(card.read_text(encoding="utf-8"))
                self.images_before = facts["training"]["images_seen"]
            try:
                kept = _fitted(load_weights(start), self.network.graph)
            except ValueError as error:
                raise click.BadParameter(
                    f"{start} is of another network: {error}", param_hint="--start"
                ) from None
            weights = {name: torch.from_numpy(value) for name, value in kept.items()}
            for network in (self.network, self.average.network):
                network.load_state_dict(weights, strict=False)

    def quickly(self) -> torch.autocast:
        """A context for the network: bfloat16, where the hardware is made for it."""
        # Its steps are as coarse as those of int8, which are to be felt alone.
        half = self._in_bfloat16 and self.network.rounding is None
        return torch.autocast(self.device, torch.bfloat16, enabled=half)

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "images": self.images,
            "images_before": self.images_before,
            "seconds": self.seconds,
        }
        unfinished = self.folder / "last.pt.part"
        torch.save(state, unfinished)
        unfinished.replace(self.folder / "last.pt")

    def train(
        self,
        next_batch: Callable[[], tuple[Tensor, Any]],
        loss_of: Callable[[tuple[Tensor, ...], Any], dict[str, Tensor]],
        judge: Callable[[Network], dict[str, float]],
        *,
        judge_every: int,
    ) -> None:
        """Run to the end; `judge` prices the averaged network now and then."""
        self._bar = tqdm(total=self.plan.images, initial=self.images, unit="img")
        next_judgement = (self.images // judge_every + 1) * judge_every
        self._saved_at = self.seconds
        while self.progress < 1:
            started = time.monotonic()
            losses = self._step(next_batch, loss_of)
            self.seconds += time.monotonic() - started
            if self.images >= next_judgement or self.progress >= 1:
                next_judgement += judge_every
                self._record(losses | judge(self.average.network))
            if self.seconds - self._saved_at > CHECKPOINT_EVERY_S:
                self._saved_at = self.seconds
                self.save()
        self.save()
        self._bar.close()

    def _step(
        self,
        next_batch: Callable[[], tuple[Tensor, Any]],
        loss_of: Callable[[tuple[Tensor, ...], Any], dict[str, Tensor]],
    ) -> dict[str, float]:
        rate = self.rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        if self.network.rounding is None and self.progress >= self.plan.rounded_from:
            self.network.rounding = Rounding()
        pixels, truth = next_batch()
        self.network.train()
        for norm in self._still:
            norm.eval()
        pixels = pixels.to(self.device).to(memory_format=torch.channels_last)
        with self.quickly():
            results = self.network(pixels.float() / 255)
        losses = loss_of(results, truth)
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self.optimiser.step()
        self.average.update(self.network)
        self.images += len(pixels)
        figures = {name: float(value.detach()) for name, value in losses.items()}
        if self._bar is not None:
            self._bar.update(len(pixels))
            self._bar.set_postfix({k: f"{v:.3f}" for k, v in figures.items()})
        return figures

    def _record(self, figures: dict[str, float]) -> None:
        row = {
            "images": self.images,
            "seconds": round(self.seconds),
            "rate": round(self.rate(), 6),
            **{name: round(value, 4) for name, value in figures.items()},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "curve.csv"
        is_new = not file.exists()
        with file.open("a", newline="", encoding="utf-8") as lines:
            writer = csv.DictWriter(lines, row)
            if is_new:
                writer.writeheader()
            writer.writerow(row)
        tqdm.write("  ".join(f"{name} {value}" for name, value in row.items()))


def _fitted(weights: Weights, graph: Graph) -> Weights:
    return narrowed(widened(weights, graph), graph)


def _bfloat16_is_quick(device: str) -> bool:
    """Whether there is hardware for it: without, a processor takes longer than with
    float32."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    cpu = torch.cpu
    return bool(cpu._is_amx_tile_supported() or cpu._is_avx512_bf16_supported())


def _held_still(network: Network, but: str) -> list[nn.Module]:
    """Take all layers but those of one output from training; return their norms."""
    own = network.graph.leading_only_to(but)
    others = [
        layers[name]
        for layers in (network.convs, network.norms)
        for name in layers
        if name not in own
    ]
    for layer in others:
        layer.requires_grad_(requires_grad=False)
    return [layer for layer in others if isinstance(layer, nn.BatchNorm2d)]


def _groups(network: Network, decay: float) -> list[dict[str, Any]]:
    trained = [p for p in network.parameters() if p.requires_grad]
    weights = [p for p in trained if p.ndim > 1]
    others = [p for p in trained if p.ndim <= 1]
    return [
        {"params": weights, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]
