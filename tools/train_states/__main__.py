"""Train the nets that see open eyes and neutral mouths: python -m tools.train_states (after egate install train).

Draws made-up people (a minute a hundred on one core), trains two small nets, writes them as ONNX beside
biometrics/states.py and prints their digests and how they do on people that were not trained on.
"""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]  # an extra: only the training needs it
import typer
from numpy.typing import NDArray
from torch import nn  # type: ignore[import-not-found,unused-ignore]  # as above

from biometrics import states
from tools.train_states.drawn import Sample, person

Floats = NDArray[np.float32]
Net = Any
"""A torch module; torch is not there when the types are checked."""
FOLDER = Path(states.__file__).parent / "nets"
HELD_OUT = 0.15
FIRST_SEED = 700_000
EPOCHS, BATCH, RATE = 60, 256, 2e-3


def main(
    people: Annotated[int, typer.Option(help="How many made-up people to draw.")] = 600,
    jobs: Annotated[int, typer.Option(help="Processes that draw side by side.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder for the nets.")] = FOLDER,
) -> None:
    """Draw, train, write."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(person, range(FIRST_SEED, FIRST_SEED + people), chunksize=4))
    kept = round(people * (1 - HELD_OUT))
    for name, of in (("eyes", _eyes), ("mouth", _mouth)):
        known, unseen = (of([s for one in part for s in one]) for part in (drawn[:kept], drawn[kept:]))
        net = train(*known)
        file = out / f"{name}.onnx"
        write(net, known[0].shape[-2:], file)
        print(name, f"{file.stat().st_size} bytes", hashlib.sha256(file.read_bytes()).hexdigest(), _right(net, *unseen))


def _eyes(samples: list[Sample]) -> tuple[Floats, Floats]:
    return np.concatenate([s.eyes for s in samples]), np.array([each for s in samples for each in s.open], np.float32)


def _mouth(samples: list[Sample]) -> tuple[Floats, Floats]:
    return np.concatenate([s.mouth for s in samples]), np.array([s.neutral for s in samples], np.float32)


def small_net() -> Net:
    """Three convolutions, their strongest and mean answers, one number."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(12, 16, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4),
        nn.Flatten(), nn.Dropout(0.3), nn.LazyLinear(1), nn.Flatten(0),
    )  # fmt: skip


def train(patches: Floats, wanted: Floats) -> Net:
    torch.manual_seed(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = small_net().to(device)
    x, y = torch.from_numpy(patches).to(device), torch.from_numpy(wanted).to(device)
    net(x[:2])
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-3)
    steps = EPOCHS * (len(x) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    for _ in range(steps):
        chosen = torch.randint(len(x), (BATCH,), device=device)
        loss = nn.functional.binary_cross_entropy_with_logits(net(disturbed(x[chosen])), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval().cpu()


def disturbed(patches: Any) -> Any:
    """Shifted by up to 3 px, and with a slope of light over them."""
    across, down = (int(each) for each in torch.randint(-3, 4, (2,)))
    height, width = patches.shape[-2:]
    slopes = torch.randn(2, len(patches), 1, 1, 1, device=patches.device) * 0.3
    x = torch.linspace(-1, 1, width, device=patches.device)[None, None, None, :]
    y = torch.linspace(-1, 1, height, device=patches.device)[None, None, :, None]
    lit = torch.roll(patches, (down, across), (2, 3)) + slopes[0] * x + slopes[1] * y
    return lit + 0.05 * torch.randn_like(lit)


def write(net: Net, size: tuple[int, int], file: Path) -> None:
    example = torch.zeros(1, 1, *size)
    file.parent.mkdir(exist_ok=True)
    torch.onnx.export(
        net, (example,), str(file), input_names=["patches"], output_names=["odds"],
        dynamic_axes={"patches": {0: "n"}, "odds": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip


def _right(net: Net, patches: Floats, wanted: Floats) -> str:
    with torch.inference_mode():
        told = torch.sigmoid(net(torch.from_numpy(patches))).numpy()
    sure = (wanted >= 0.8) | (wanted <= 0.1)
    return f"right of unseen people: {float(((told > 0.5) == (wanted > 0.5))[sure].mean()):.4f} of {int(sure.sum())}"


if __name__ == "__main__":
    typer.run(main)
