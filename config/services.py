"""The services that a lane speaks to over the network: the register's, and the centre that its record goes to."""

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from config.section import Section, broken_rule

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _file(default: str, title: str, description: str) -> str:
    text: str = Field(default=default, min_length=1, max_length=500, title=title, description=description)
    return text


class ServiceLine(Section):
    """Where a service is, and how gate and service prove themselves to each other (mutual TLS 1.3, and a token)."""

    url: str = Field(
        pattern=r"^https?://[A-Za-z0-9.:\[\]_-]+$",
        title="address",
        description="https://HOST:PORT; plain http only on this very machine (loopback).",
    )
    authority: str = _file("keys/ca.pem", "authority", "Certificate of the authority that alone is trusted.")
    certificate: str = _file("keys/gate.pem", "certificate", "The gate's own; `egate certs` makes one for tests.")
    certificate_key: str = _file("keys/gate.key", "key of the certificate", "Mode 0600.")
    token_file: str = _file("keys/token", "token", "File with the gate's token, mode 0600.")

    @property
    def is_secured(self) -> bool:
        return self.url.startswith("https://")

    @model_validator(mode="after")
    def _plain_on_loopback_only(self) -> Self:
        if not self.is_secured and urlsplit(self.url).hostname not in LOOPBACK:
            raise broken_rule("url", "'url' is plain http to another machine: say https://")
        return self


class ServiceRegister(ServiceLine):
    """The border authority's register as a service, with a copy of its own at the gate for hours without a network."""

    kind: Literal["service"]
    answers_key: str = _file("keys/answers.pem", "pinned key", "Ed25519 public key that every answer is signed with.")
    answer_within_s: float = Field(
        default=1.0, ge=0.1, le=5.0, title="answer within", description="Seconds; later is silence."
    )
    copy_file: str = _file("copy.sqlite", "copy", "The gate's own sealed copy of the expected travellers' records.")
    copy_key_file: str | None = Field(
        default=None,
        min_length=1,
        title="key file of the copy",
        description="Mode 0600; without it and without copy_key_env, keys/copy.key, made on first use.",
    )
    copy_key_env: str | None = Field(
        default=None,
        pattern=r"^[A-Z][A-Z0-9_]{0,63}$",
        title="key of the copy",
        description="Environment variable that holds at least 32 bytes in base64, in place of a file.",
    )
    sync_every_s: float = Field(
        default=10.0, ge=0.5, le=600.0, title="sync period", description="How often the list's changes are asked for."
    )

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.copy_key_file and self.copy_key_env:
            raise broken_rule("copy_key_env", "copy_key_file and copy_key_env are both there: keep one")
        return self


class Centre(ServiceLine):
    """Where the lane's record goes. A crossing never waits for it."""

    heads_key: str = _file("keys/heads.key", "key of signed heads", "Ed25519 private key of this gate, mode 0600.")
    post_every_s: float = Field(
        default=2.0, ge=0.1, le=600.0, title="posting period", description="How often what is new is sent."
    )
    heads_every_s: float = Field(
        default=60.0,
        ge=1.0,
        le=3600.0,
        title="period of heads",
        description="How often the reach of the journal is signed and kept at the centre.",
    )


class Retention(Section):
    """For how many days the lane's record is kept, by data class; what is older is deleted at the lane's start."""

    passed_days: int = Field(default=30, ge=1, le=3650, title="passed", description="Crossings that ended as PASSED.")
    referred_days: int = Field(
        default=180, ge=1, le=3650, title="referred", description="All other crossings: an inquiry may ask for them."
    )
    operation_days: int = Field(
        default=365, ge=1, le=3650, title="operation", description="The lane's own life; nothing about a person."
    )
    signing_key: str = _file(
        "keys/heads.key", "key of certificates", "Ed25519 private key of this gate, mode 0600: signs what was deleted."
    )
