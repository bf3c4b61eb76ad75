"""A site names services that it can trust, and the keys are read at the edge: from a file or the environment."""

import base64
from pathlib import Path

import pytest

from cli.lane_services import copy_key, gate_register
from config.load import ConfigRefused, load, parse
from config.schema import Site
from config.services import ServiceRegister
from drivers.clock import WallClock
from register.failures import RegisterFailed
from register.sealing import FileKey
from tests.config.conftest import SITES
from web.tokens import TokensRefused

TEXT = (SITES / "networked.toml").read_text()
SECRET = bytes(range(32))


def site_with(old: str, new: str) -> Site:
    assert old in TEXT
    return parse(TEXT.replace(old, new, 1).encode(), Path("site.toml")).site


def register_with(**change: object) -> ServiceRegister:
    return ServiceRegister.model_validate({"kind": "service", "url": "https://r.test:8443", **change})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://127.0.0.1:8443", "http://register.test:8443", "plain http to another machine"),
        ("https://127.0.0.1:8444", "http://10.0.0.7:8444", "plain http to another machine"),
        ("https://127.0.0.1:8443", "ftp://register.test", "register.url"),
        ("https://127.0.0.1:8443", "https://user@register.test", "register.url"),
        ("sync_every_s = 2", 'sync_every_s = 2\ncopy_key_env = "EGATE_COPY_KEY"', "keep one"),
        ("passed_days = 30", "passed_days = 0", "retention.passed_days"),
    ],
)
def test_a_service_that_cannot_be_trusted_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigRefused, match=words):
        site_with(old, new)


def test_plain_http_is_for_this_very_machine() -> None:
    assert not site_with("https://127.0.0.1:8443", "http://127.0.0.1:8443").travel_register.is_secured  # type: ignore[union-attr]


def test_a_production_lane_speaks_tls() -> None:
    real = load(SITES / "production-example.toml").site.model_dump(by_alias=True, exclude_none=True)
    real |= {"production": True, "display": {"kind": "web"}, "panel": {"kind": "web"}}
    real["officer"] = {"kind": "console", "address": "https://console:8443", "key_file": "keys/lane.key"}
    real["journal"] = {**real["journal"], "key_file": "keys/journal.key"}
    real["register"] = {"kind": "service", "url": "https://127.0.0.1:8443"}
    assert Site.model_validate(real).production
    real["register"] = {"kind": "service", "url": "http://127.0.0.1:8443"}
    with pytest.raises(ValueError, match="a production lane speaks TLS"):
        Site.model_validate(real)


def test_the_copys_key_comes_from_the_environment_or_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGATE_COPY_KEY", base64.b64encode(SECRET).decode())
    file = tmp_path / "copy.key"
    file.touch(mode=0o600)
    file.write_bytes(SECRET)
    of_environment = copy_key(register_with(copy_key_env="EGATE_COPY_KEY"), tmp_path)
    of_file = copy_key(register_with(copy_key_file="copy.key"), tmp_path)
    assert of_environment.derive("x") == of_file.derive("x") == FileKey(file).derive("x")
    made = copy_key(register_with(), tmp_path)
    assert made.derive("x") != of_file.derive("x")
    assert (tmp_path / "keys" / "copy.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["", "not base64 !", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_named_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("EGATE_COPY_KEY", value)
    with pytest.raises(RegisterFailed, match="environment variable EGATE_COPY_KEY") as refused:
        copy_key(register_with(copy_key_env="EGATE_COPY_KEY"), tmp_path)
    assert not value or value not in str(refused.value)


def test_a_token_that_is_missing_is_named(tmp_path: Path) -> None:
    from cli.certs_commands import fill

    fill(tmp_path, ["gate-1"])
    own = "gates/gate-1"
    (tmp_path / own / "token").unlink()
    section = register_with(
        answers_key=f"{own}/answers.pem", authority=f"{own}/ca.pem", certificate=f"{own}/gate.pem",
        certificate_key=f"{own}/gate.key", token_file=f"{own}/token",
    )  # fmt: skip
    with pytest.raises(TokensRefused, match="token"):
        gate_register(section, tmp_path, "gate-1", WallClock())
